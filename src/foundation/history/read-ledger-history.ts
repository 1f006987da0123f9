import type { LedgerEntry } from '../../model/ledger.js';
import type { Migration, Project } from '../../model/migration.js';
import { readEntries } from '../ledger/entries.js';
import { readLedgerVersion } from '../ledger/ledger-schema.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import type { StateEntry } from '../project/state-table.js';
import { type AppliedHistory, assembleHistory } from './applied-history.js';
import { stateReadLimits } from './read-state-rows.js';

/** What a database has by lockkeeper's own ledger: for migrations that no tool keeps an account of. Nothing is written. */
export async function readLedgerHistory(session: Session, { migrations }: Project): Promise<AppliedHistory> {
  const entries = await readOnly(session, stateReadLimits, async () =>
    (await readLedgerVersion(session)) === null ? null : readEntries(session),
  );
  return assembleHistory(
    migrations,
    (entries ?? []).flatMap((entry) => toState(entry, migrations)),
    {
      tool: 'lockkeeper',
      table: entries === null ? null : 'lockkeeper.entry',
      wantedTable: 'lockkeeper.entry',
      gapConduct: 'applies',
    },
  );
}

function toState({ kind, migrationId, body }: LedgerEntry, migrations: readonly Migration[]): readonly StateEntry[] {
  if (migrationId === null) return [];
  const migration = migrations.find(({ id }) => id === migrationId);
  const about = { id: migrationId, known: migration !== undefined };
  if (kind === 'migration-reverted') return [{ ...about, state: 'absent', edited: false }];
  if (kind !== 'migration-applied' && kind !== 'migration-baselined') return [];
  const edited = migration !== undefined && JSON.stringify(migrationFacts(migration)) !== JSON.stringify(body);
  return [{ ...about, state: 'applied', edited }];
}

/** What the ledger keeps of a migration: the digests of its files, in their order. */
export function migrationFacts({ sources }: Migration): readonly string[] {
  return sources.map(({ sha256 }) => sha256);
}
