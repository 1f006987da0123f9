import { assertions as known } from '../../after/verify/assertions/index.js';
import { runAssertions } from '../../after/verify/run-assertions.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Verification, VerifyOutcome } from './verification.js';

/** Rows at fault are counted up to this many. */
const enough = 10_000;

/** Asks whether everything holds that the schema, its comments and the configuration promise. */
export async function askAssertions(verification: Verification): Promise<VerifyOutcome> {
  const { request, settings, reader, progress, relations, onItem } = verification;
  const { only, skip } = request;
  refuseUnknown([...(only ?? []), ...skip]);
  const context = { reader, settings, relations, progress, atMost: enough, onItem };
  const assertions = await runAssertions(context, { only, skip });
  const unasked = relations !== null && settings.invariants.length > 0 && !skip.includes('invariants');
  const notes = [
    'Not read again: what the server has validated (CHECK, NOT NULL of tables), foreign tables, and the system’s own catalogs.',
    ...(unasked ? ['Invariants are about the whole database: with a choice of tables they are not asked.'] : []),
    ...(request.onReplica ? ['Read on a replica: unlogged tables have no rows there.'] : []),
  ];
  return { assertions, comparison: null, snapshot: null, notes, costs: [] };
}

function refuseUnknown(ids: readonly string[]): void {
  const unknown = ids.filter((id) => !known.some((assertion) => assertion.id === id));
  if (unknown.length === 0) return;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `There is no assertion ${unknown.join(', ')}.`,
    remedy: `Use some of ${known.map(({ id }) => id).join(', ')}.`,
    effect: 'none',
  });
}
