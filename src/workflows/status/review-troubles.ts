import { dueReviews } from '../../foundation/approvals/reviews.js';
import { seeStatements } from '../../foundation/approvals/see-statements.js';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { StatusTrouble } from '../../model/status-report.js';
import { readApprovalTerms } from '../apply/read-approval-terms.js';
import { openSignerBook } from '../approve/read-facts.js';
import type { Clock } from '../clock.js';
import type { DatabaseChoice } from '../named-database.js';

export interface ReviewSearch {
  readonly database: DatabaseChoice;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What was done past a target's gates, and that nobody has looked into yet. */
export async function reviewTroubles(
  loaded: LoadedConfig,
  { database: { target }, clock, env, signal }: ReviewSearch,
): Promise<readonly StatusTrouble[]> {
  if (target === null) return [];
  const { policy, evidence } = loaded.config;
  const { roles, reviewDays } = readApprovalTerms(policy, requireTarget(loaded, target).tier);
  const now = clock.date();
  const { book } = await openSignerBook({ loaded, env, signal });
  const statements = seeStatements(await readRecords(evidence.dir), { book, roles, at: now });
  return dueReviews(statements, { target, reviewDays, now }).map(
    ({ kind, by, grantedAt, reason, dueAt, record, overdue }) => ({
      what: `${kind === 'waiver' ? 'A gate was waived' : 'Glass was broken'} by ${by ?? 'somebody unknown'} on ${grantedAt.slice(0, 10)} (${reason ?? ''}); it ${overdue ? 'was' : 'is'} to be looked into by ${dueAt.slice(0, 10)}.`,
      remedy: `Somebody else looks into it, and says so: \`lockkeeper approve review ${record.slice(0, 12)}\`.`,
    }),
  );
}
