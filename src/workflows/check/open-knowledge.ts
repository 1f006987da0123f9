import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { embeddedMajor } from '../../foundation/postgres/server/embedded-versions.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Schema } from '../../model/schema.js';
import { chooseDatabase, type NamedDatabase } from '../named-database.js';
import type { OnProgress } from '../progress.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { type ChangeKnowledge, knowBySchema, knowByText, type SchemaSource } from './change-knowledge.js';

export interface KnowledgeOptions {
  readonly loaded: LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly selected: SelectedMigrations;
  readonly source: SchemaSource;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Learns what can be known of the database before the change is judged. */
export async function openKnowledge(options: KnowledgeOptions): Promise<ChangeKnowledge> {
  const { source, selected, loaded } = options;
  const named = chooseDatabase(loaded, source);
  const database = named === null ? null : await readDatabase(named, options);
  if (source.kind === 'shadow' || (source.kind === 'auto' && canReplay(selected, database))) {
    const { openShadow } = await import('./shadow.js');
    const shadow = openShadow({ ...options, tenant: named?.tenant ?? null }, database);
    return database === null || source.kind === 'shadow'
      ? shadow
      : shadow.catch((cause) => knowAtLeast(database, cause));
  }
  return database === null ? knowByText(embeddedMajor(loaded.config.stage.major)) : knowBySchema(database);
}

/** A database that has what no file here makes is told by its own schema, not by a replay of the files. */
function canReplay({ history, historyIsWhole }: SelectedMigrations, database: Schema | null): boolean {
  return history.length > 0 && (historyIsWhole || database === null);
}

const shadowFailures: ReadonlySet<string> = new Set(['stage-build-failed', 'binaries-missing', 'server-start-failed']);

/** Files that began after the database did cannot be replayed; its own schema tells nearly as much. */
function knowAtLeast(database: Schema, cause: unknown): ChangeKnowledge {
  if (!(cause instanceof ChangeSafetyError) || !shadowFailures.has(cause.code)) throw cause;
  const known = knowBySchema(database);
  const [reason] = cause.message.split('\n');
  return { ...known, notes: [...known.notes, `Judged by the schema of the database as it is now: ${reason ?? ''}`] };
}

async function readDatabase(database: NamedDatabase, { env, onProgress }: KnowledgeOptions): Promise<Schema> {
  onProgress({ kind: 'phase', text: `Reading the schema of ${database.name}` });
  // The driver is loaded only by those who need it.
  const { readDatabaseSchema } = await import('../read-from-database.js');
  return readDatabaseSchema(database, { env, verb: 'check' });
}
