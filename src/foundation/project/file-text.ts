import type { Migration } from '../../model/migration.js';

const texts = new WeakMap<Migration, string>();

/** Keeps the text of the file that a migration was read from as long as the migration. */
export function rememberFileText(migration: Migration, text: string): void {
  texts.set(migration, text);
}

/** The text of the migration's own file, comments and all; empty for one that was read from no file. */
export function fileTextOf(migration: Migration): string {
  return texts.get(migration) ?? '';
}
