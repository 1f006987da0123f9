import { posix } from 'node:path';
import { type FlywayVersion, parseFlywayVersion } from './flyway-version.js';

interface FlywayFileBase {
  readonly path: string;
  readonly description: string;
}

export interface FlywayVersionedFile extends FlywayFileBase {
  readonly kind: 'versioned' | 'undo' | 'baseline';
  /** As written in the file name, underscores turned into dots: what the history table shows. */
  readonly versionText: string;
  readonly version: FlywayVersion;
}

export interface FlywayRepeatableFile extends FlywayFileBase {
  readonly kind: 'repeatable';
}

export type FlywayFile = FlywayVersionedFile | FlywayRepeatableFile;

const kinds = { V: 'versioned', U: 'undo', B: 'baseline' } as const;

const callbackName = /^(?:before|after|create)[A-Z].*\.sql$/;

/** What Flyway's default prefixes, separator and suffix make of a file name; null when they do not fit. */
export function parseFlywayName(path: string): FlywayFile | null {
  const name = posix.basename(path);
  const repeatable = /^R__(.*)\.sql$/.exec(name);
  if (repeatable !== null) return { kind: 'repeatable', path, description: describe(repeatable[1]) };
  const versioned = /^([VUB])(.+?)(?:__(.*))?\.sql$/.exec(name);
  if (versioned === null) return null;
  const versionText = (versioned[2] as string).replaceAll('_', '.');
  const version = parseFlywayVersion(versionText);
  if (version === null) return null;
  const kind = kinds[versioned[1] as keyof typeof kinds];
  return { kind, path, description: describe(versioned[3]), versionText, version };
}

/** SQL that Flyway runs around migrations, `beforeMigrate.sql` for one. */
export function isFlywayCallback(path: string): boolean {
  return callbackName.test(posix.basename(path));
}

function describe(text: string | undefined): string {
  return (text ?? '').replaceAll('_', ' ');
}
