import type { MigrationTrace } from '../../model/trace.js';

/** One transaction around all migrations: when one of them fails, nothing of the earlier ones remains either. */
export function undoRun(migrations: readonly MigrationTrace[]): readonly MigrationTrace[] {
  return migrations.map((migration) =>
    migration.state.kind === 'applied' ? { ...migration, state: { kind: 'rolled-back' } } : migration,
  );
}
