import { posix } from 'node:path';
import type { NumberedFile } from './numbered-files.js';

export interface PlainFile extends NumberedFile {
  /** The number as it is written. */
  readonly digits: string;
  /** Written the other way round: it undoes the migration of its number. */
  readonly down: boolean;
}

const names = {
  /** `0007_add_index.rollback.sql`, also `.down.sql` */
  suffixed: /^(\d+)(?:[_-](.*?))?\.(?:rollback|down)\.sql$/i,
  /** `rollback/0007_rollback_add_index.sql`, or beside the migration */
  prefixed: /^(\d+)[_-](?:rollback|undo|down)[_-](.*)\.sql$/i,
  /** `migration_007_down.sql` */
  directed: /^migration_(\d+)(?:_(.*?))?_(up|down)\.sql$/i,
  forward: /^(?:migration[_-])?(\d+)(?:[_-](.*?))?(?:\.up)?\.sql$/i,
};

/** Numbered SQL files of a folder and of its `rollback` folder; what is forward and what is the way back. */
export function readPlainNames(paths: readonly string[]): readonly PlainFile[] {
  const files = paths.flatMap((path) => readPlainName(path) ?? []);
  const forward = new Set(files.filter((file) => !file.down).map((file) => file.number));
  return files.map((file) => resolvePair(file, { files, forward }));
}

/** A file "…_rollback_…" whose number no other file has is an ordinary migration that happens to be called so. */
function resolvePair(
  file: PlainFile,
  all: { readonly files: readonly PlainFile[]; readonly forward: ReadonlySet<bigint> },
): PlainFile {
  const besides = file.down && !isInRollbackFolder(file.path) && names.prefixed.test(file.path);
  if (besides && !all.forward.has(file.number)) return { ...file, down: false };
  // 0007_scale_up.sql and 0007_scale_down.sql are a pair; 0008_scale_down.sql alone is a migration.
  const pair = /^(\d+_.*)_(up|down)\.sql$/i.exec(file.path);
  if (pair === null) return file;
  const other = `${pair[1]}_${pair[2]?.toLowerCase() === 'up' ? 'down' : 'up'}.sql`;
  if (!all.files.some(({ path }) => path === other)) return file;
  return { ...file, name: file.name.replace(/_?(?:up|down)$/i, ''), down: pair[2]?.toLowerCase() === 'down' };
}

function isInRollbackFolder(path: string): boolean {
  return /^rollbacks?$/i.test(posix.dirname(path));
}

function readPlainName(path: string): PlainFile | null {
  const inRollback = isInRollbackFolder(path);
  if (path.includes('/') && !inRollback) return null;
  const base = posix.basename(path);
  const directed = names.directed.exec(base);
  if (directed !== null) return plainFile(path, directed, inRollback || directed[3]?.toLowerCase() === 'down');
  const back = names.suffixed.exec(base) ?? names.prefixed.exec(base);
  if (back !== null) return plainFile(path, back, true);
  const forward = names.forward.exec(base);
  return forward === null ? null : plainFile(path, forward, inRollback);
}

function plainFile(path: string, [, digits = '', name = '']: RegExpExecArray, down: boolean): PlainFile {
  return { path, digits, number: BigInt(digits), name, down };
}
