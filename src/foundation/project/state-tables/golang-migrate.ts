import type { StateEntry, StateRow, StateSubject, StateTable } from '../state-table.js';

/** golang-migrate: one row with the newest version, which is "dirty" while it runs and after it failed. */
export const golangMigrateTable: StateTable = {
  locate: () => ({ schema: null, name: 'schema_migrations' }),
  columns: ['version', 'dirty'],
  orderBy: ['version'],
  gaps: () => 'skips',
  read: (rows, subject) => (rows[0] === undefined ? [] : readVersion(rows[0], subject)),
};

/** All files up to the version count as applied: golang-migrate itself knows no more. */
function readVersion(row: StateRow, { migrations }: StateSubject): readonly StateEntry[] {
  const version = row['version'] ?? '';
  const newest = BigInt(version);
  const dirty = row['dirty'] === 'true';
  const reached = migrations
    .filter(({ id }) => BigInt(id) <= newest)
    .map(
      ({ id }): StateEntry => ({
        id,
        known: true,
        state: dirty && BigInt(id) === newest ? 'failed' : 'applied',
        edited: false,
      }),
    );
  // -1 stands for "before the first migration".
  if (newest < 0n || migrations.some(({ id }) => id === version)) return reached;
  return [...reached, { id: version, known: false, state: dirty ? 'failed' : 'applied', edited: false }];
}
