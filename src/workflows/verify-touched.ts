import { forgetfulProgress } from '../after/verify/verify-progress.js';
import { runAssertions } from '../after/verify/run-assertions.js';
import { expandRelations } from '../foundation/integrity/expand-relations.js';
import { type GentleReaderOptions, openGentleReader } from '../foundation/integrity/gentle-reader.js';
import type { Session } from '../foundation/postgres/session.js';
import type { Clock } from '../foundation/runtime/clock.js';
import type { VerifyFinding } from '../model/verify-report.js';
import { noVerifySettings, type VerifySettings } from '../model/verify-settings.js';
import { paceOf } from './verify/reading-pace.js';

export interface VerifyTouchedOptions {
  readonly clock: Clock;
  /** Once it is aborted the session is cut: it is not to be used any more. */
  readonly signal: AbortSignal;
  /** `targets.X.verify`; left out: nothing is declared. */
  readonly settings?: VerifySettings;
  /** Milliseconds; what is not looked at then comes back as `unknown`. Default: 30 s. */
  readonly budgetMs?: number;
  /** Ids of assertions that are not asked. Default: none. */
  readonly skip?: readonly string[];
}

const usualBudgetMs = 30_000;
/** Somebody waits for the answer, and the change holds nothing any more. */
const hurriedShare = 0.5;
const longestSeconds = 10;
/** Rows at fault are counted up to this many. */
const enough = 1_000;

/**
 * What is wrong with relations that a change touched, by everything that `verify` asserts but invariants: rows are read in
 * short read-only transactions of the session, which has to be idle. `relations` are `schema.name`, as quote_ident writes
 * them; a partitioned table stands for its partitions, and what is gone is left out. Empty: everything was looked at, and
 * nothing is wrong. What amcheck would see comes back as `unknown` where it is not installed: `skip` leaves it out.
 */
export async function verifyTouched(
  session: Session,
  relations: readonly string[],
  { clock, signal, settings = noVerifySettings, budgetMs = usualBudgetMs, skip = [] }: VerifyTouchedOptions,
): Promise<readonly VerifyFinding[]> {
  if (relations.length === 0) return [];
  const maxTransactionSeconds = Math.min(settings.maxTransactionSeconds, longestSeconds);
  const pace = paceOf({ throttle: settings.throttle ?? hurriedShare, maxTransactionSeconds });
  const deadline = clock.now() + budgetMs;
  const touched = await expandTouched(session, relations, { clock, signal, pace });
  await using reader = openGentleReader(session, { clock, signal, pace, deadline });
  const results = await runAssertions(
    {
      reader,
      settings,
      relations: touched,
      progress: forgetfulProgress(),
      atMost: enough,
      onItem: () => undefined,
    },
    { only: null, skip: [...skip, 'collations-current', 'invariants'] },
  );
  return results.flatMap(({ findings }) => findings);
}

async function expandTouched(session: Session, tables: readonly string[], options: GentleReaderOptions) {
  await using reader = openGentleReader(session, options);
  return (await reader.patient(() => expandRelations(session, { tables, schemas: [] }))).relations;
}
