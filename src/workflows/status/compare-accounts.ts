import type { AppliedHistory } from '../../foundation/history/applied-history.js';
import { ledgerStates, openSteps } from '../../foundation/ledger/runs.js';
import type { LedgerEntry } from '../../model/ledger.js';
import type { Disagreement, PartlyApplied } from '../../model/status-report.js';

/**
 * What the ledger and the tool's table say differently of the same migration. What only one of them knows is no
 * difference: a team may have applied with its tool before, and may go on to.
 */
export function compareAccounts(
  entries: readonly LedgerEntry[],
  { applied, again, failed }: Pick<AppliedHistory, 'applied' | 'again' | 'failed'>,
): readonly Disagreement[] {
  const has = new Set([...applied, ...again, ...failed]);
  return [...ledgerStates(entries)].flatMap(([migrationId, ledger]) => {
    const tool = has.has(migrationId) ? 'applied' : 'absent';
    return (ledger === 'applied') === (tool === 'applied') ? [] : [{ migrationId, ledger, tool } as const];
  });
}

/** Migrations that were left before their end. */
export function partlyApplied(entries: readonly LedgerEntry[]): readonly PartlyApplied[] {
  return [...openSteps(entries)].map(([migrationId, steps]) => ({
    migrationId,
    steps: steps.flatMap(({ stepId }) => stepId ?? []),
  }));
}
