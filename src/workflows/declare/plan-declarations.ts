import type { AppliedHistory } from '../../foundation/history/applied-history.js';
import type { WritableState } from '../../foundation/history/open-writable-state.js';
import type { LedgerState } from '../../foundation/ledger/runs.js';
import type { ParameterizedSql } from '../../foundation/project/state-writing.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Declaration } from '../../model/declare-report.js';
import type { Migration } from '../../model/migration.js';

/** What is known of the migrations of a database, by all who keep an account. */
export interface Accounts {
  readonly migrations: readonly Migration[];
  readonly history: Pick<AppliedHistory, 'applied' | 'again' | 'failed' | 'unknown'>;
  readonly ledger: ReadonlyMap<string, LedgerState>;
  /** Migrations of which the ledger has steps, and no word on the whole. */
  readonly open: ReadonlySet<string>;
  /** How the tool writes; null where none keeps an account. */
  readonly writable: WritableState | null;
}

/** A declaration with the statements that it stands for. */
export interface PlannedDeclaration {
  readonly declaration: Declaration;
  readonly migration: Migration | null;
  readonly commands: readonly ParameterizedSql[];
}

/**
 * What has to be written so that both accounts say of a migration what a person does; null where they do.
 * @throws ChangeSafetyError for one that cannot be written down.
 */
export function planDeclaration(
  id: string,
  says: 'applied' | 'reverted',
  accounts: Accounts,
): PlannedDeclaration | null {
  const { history, ledger, open, migrations } = accounts;
  const migration = migrations.find((one) => one.id === id) ?? null;
  const state = stateIn(history, id);
  if (migration === null && (says === 'applied' || state !== 'absent')) throw noFile(id, migrations);
  const commands = migration === null ? [] : commandsFor(migration, says, { state, accounts });
  const agrees = says === 'applied' ? ledger.get(id) === 'applied' : ledger.get(id) !== 'applied';
  // Where a tool keeps the account, the ledger need not know what was applied before it was there.
  const known = ledger.has(id) || accounts.writable === null;
  const silent = says === 'applied' && !known && commands.length === 0 && state === 'applied';
  if (commands.length === 0 && !open.has(id) && (agrees || silent)) return null;
  return {
    migration,
    commands,
    declaration: {
      migrationId: id,
      path: migration?.path ?? null,
      says,
      ledger: says === 'applied' ? 'migration-baselined' : 'migration-reverted',
      table: commands.map(inWords),
    },
  };
}

type ToolWord = 'applied' | 'failed' | 'absent';

function stateIn({ applied, again, failed, unknown }: Accounts['history'], id: string): ToolWord {
  if (failed.includes(id)) return 'failed';
  return [...applied, ...again, ...unknown].includes(id) ? 'applied' : 'absent';
}

function commandsFor(
  migration: Migration,
  says: 'applied' | 'reverted',
  { state, accounts: { writable } }: { readonly state: ToolWord; readonly accounts: Accounts },
): readonly ParameterizedSql[] {
  if (writable === null || state === (says === 'applied' ? 'applied' : 'absent')) return [];
  const away = state === 'absent' ? [] : writable.recordReverted(migration);
  if (says === 'reverted') return away;
  const reason = writable.refuse(migration);
  if (reason === null) return [...away, ...writable.recordApplied({ migration, durationMs: 0 })];
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `${migration.path} cannot be written into the table of ${writable.tool}: ${reason}`,
    remedy: `Write it down with ${writable.tool} itself.`,
    effect: 'none',
  });
}

/** The values stand in the text: they are ids, names and checksums. */
function inWords({ text, values }: ParameterizedSql): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => {
    const value = values[Number(number) - 1] ?? null;
    return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  });
}

function noFile(id: string, migrations: readonly Migration[]): ChangeSafetyError {
  const last = migrations.slice(-5).map((migration) => migration.id);
  return new ChangeSafetyError({
    code: 'usage',
    message: `No migration has the id ${id}.`,
    remedy: last.length === 0 ? 'There are no migrations.' : `The last ones are ${last.join(', ')}.`,
    effect: 'none',
  });
}
