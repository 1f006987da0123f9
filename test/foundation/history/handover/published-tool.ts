import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cluster } from '../../../../src/foundation/postgres/server/cluster.js';
import type { InstalledPackages } from './install-packages.js';

/** Where a tool works: its project's folder and a database. */
export interface Place {
  readonly dir: string;
  readonly database: string;
  readonly placeholders: Readonly<Record<string, string>>;
  readonly cluster: Cluster;
  readonly packages: InstalledPackages;
}

/** A tool as it is published, told to apply migrations that make a table each: `t1`, `t2`… */
export interface PublishedTool {
  readonly title: string;
  /** What the project's folder holds once it has so many migrations, by path. */
  files(count: number): Readonly<Record<string, string>>;
  /** What lockkeeper.yaml would say under project.placeholders. */
  readonly placeholders?: Readonly<Record<string, string>>;
  /** Applies all that is pending. */
  up(place: Place): Promise<void>;
  /** Takes the last one back, as the tool does it. */
  down?(place: Place): Promise<void>;
  /** What it says when somebody else holds its lock; absent for one that waits, or has none. */
  readonly refusesWhenLocked?: RegExp;
  /** What the tool finds wrong with the history, beyond what makes `up` fail. */
  complaints?(place: Place): Promise<readonly string[]>;
}

export const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

export async function writeProject({ dir }: Place, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** The server's socket and database as the variables that libpq reads. */
export function libpqVariables({ cluster, database }: Place): Record<string, string | undefined> {
  const { socketDir: PGHOST, port } = cluster;
  return { ...process.env, PGHOST, PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: database };
}

export function url({ cluster: { port, socketDir } }: Place, database: string): string {
  return `postgres://postgres@localhost:${port}/${database}?host=${socketDir}`;
}
