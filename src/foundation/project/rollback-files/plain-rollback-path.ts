import { posix } from 'node:path';
import { readPlainNames } from '../formats/plain-names.js';

/**
 * Where the rollback of a plain SQL file belongs: named as those are that the project has already, else
 * `NNNN_name.rollback.sql`. Null for a file without a number, beside which any SQL file would be a migration.
 */
export function plainRollbackPath(up: string, paths: readonly string[]): string | null {
  const named = readPlainNames(paths);
  if (!named.some(({ path, down }) => path === up && !down)) return null;
  const directed = /^(migration_\d+.*)_up\.sql$/i.exec(up);
  if (directed !== null) return `${directed[1]}_down.sql`;
  const stem = up.replace(/(?:\.up)?\.sql$/i, '');
  const other = named.find(({ down }) => down)?.path;
  if (other === undefined) return /\.up\.sql$/i.test(up) ? `${stem}.down.sql` : `${stem}.rollback.sql`;
  const suffix = /\.(?:rollback|down)\.sql$/i.exec(other)?.[0];
  const folder = posix.dirname(other);
  if (suffix !== undefined) return posix.join(folder, `${stem}${suffix.toLowerCase()}`);
  const word = /^\d+[_-](rollback|undo|down)[_-]/i.exec(posix.basename(other))?.[1];
  if (word === undefined) return folder === '.' ? `${stem}.rollback.sql` : posix.join(folder, `${stem}.sql`);
  return posix.join(folder, stem.replace(/^((?:migration_)?\d+)[_-]?/, `$1_${word}_`) + '.sql');
}
