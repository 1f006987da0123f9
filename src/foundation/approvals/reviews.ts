import type { DueReview, SeenStatement } from '../../model/approval.js';

const dayMs = 86_400_000;

export interface ReviewTerms {
  readonly target: string;
  readonly reviewDays: number;
  readonly now: Date;
}

/**
 * Waivers and breakings of glass on a target that nobody has looked into yet, oldest first. One that was revoked stays due:
 * it may have been used. Whoever signed it cannot review it.
 */
export function dueReviews(statements: readonly SeenStatement[], terms: ReviewTerms): readonly DueReview[] {
  return statements.flatMap((seen) => {
    const { statement, fault, record, principal } = seen;
    // What was valid once is due, also when its signer's key no longer is.
    if (statement === null || fault === 'tampered' || statement.target !== terms.target) return [];
    const { kind, target, reason, grantedAt } = statement;
    if ((kind !== 'waiver' && kind !== 'break-glass') || isReviewed(seen, statements)) return [];
    const due = Date.parse(grantedAt) + terms.reviewDays * dayMs;
    const dueAt = new Date(due).toISOString();
    return [{ record, kind, target, by: principal, reason, grantedAt, dueAt, overdue: due < terms.now.getTime() }];
  });
}

function isReviewed({ record, person }: SeenStatement, statements: readonly SeenStatement[]): boolean {
  return statements.some(
    ({ statement, fault, person: reviewer }) =>
      statement?.kind === 'review' && fault === null && statement.of === record && reviewer !== person,
  );
}
