import type { RawMigration } from '../format.js';

const shown = 5;

/** One note that names the migrations without a way back; none when all have one. */
export function noteMissingDown(migrations: readonly RawMigration[]): readonly string[] {
  const missing = migrations.filter((migration) => migration.down === null).map((migration) => migration.up.path);
  if (missing.length === 0) return [];
  if (missing.length === migrations.length && missing.length > 1) return ['No migration has a rollback script.'];
  const more = missing.length > shown ? ` and ${missing.length - shown} more` : '';
  return [`Without a rollback script: ${missing.slice(0, shown).join(', ')}${more}.`];
}
