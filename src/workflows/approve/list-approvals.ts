import { judgeApprovals } from '../../foundation/approvals/judge-approvals.js';
import { dueReviews } from '../../foundation/approvals/reviews.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { ApprovalListReport } from '../../model/approval.js';
import { tool } from '../tool-version.js';
import { type ApprovedRequest, describeChange } from './describe-change.js';
import { readApprovalFacts } from './read-facts.js';

export type ListApprovalsRequest = ApprovedRequest;

/** Who has to approve what a target lacks, who has, and why what is there does not count. */
export async function listApprovals(request: ListApprovalsRequest): Promise<ApprovalListReport> {
  const described = await describeChange(request);
  const { target, selected, classified, changeDigest } = described;
  const assessments = classified.map(({ assessment }) => assessment);
  const now = request.clock.date();
  const records = await readRecords(described.loaded.config.evidence.dir);
  const facts = await readApprovalFacts({ ...request, ...described, records, assessments, now });
  const judged = judgeApprovals({ ...facts, now });
  const isEmpty = selected.change.length === 0;
  return {
    kind: 'approvals',
    version: 1,
    tool,
    target: target.name,
    tier: target.tier,
    changeDigest: isEmpty ? null : changeDigest,
    migrations: facts.change.migrations,
    demanded: facts.demanded,
    secondApprover: facts.secondApprover,
    lacking: isEmpty ? [] : judged.lacking,
    authors: facts.authors,
    statements: judged.statements,
    reviews: dueReviews(facts.statements, { target: target.name, reviewDays: facts.terms.reviewDays, now }),
    notes: [...selected.notes, ...(facts.signersProblem === null ? [] : [`Allowed signers: ${facts.signersProblem}.`])],
  };
}
