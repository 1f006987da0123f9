import { judgeApprovals } from '../../../foundation/approvals/judge-approvals.js';
import { seeStatements, type SignerBook } from '../../../foundation/approvals/see-statements.js';
import { signedStatementOf } from '../../../foundation/approvals/statement.js';
import type { StoredRecord } from '../../../foundation/records/record.js';
import type { ApprovalFacts, SeenStatement } from '../../../model/approval.js';
import type { ApplyReport } from '../../../model/apply-report.js';
import type { EvidenceProblem, EvidenceVerifyReport } from '../../../model/evidence-bundle.js';
import type { GateResult } from '../../../model/preflight.js';
import { type Findings, joinFindings, nothingFound, problem } from './problem.js';

export interface ApprovalCheck extends Findings {
  readonly approvals: EvidenceVerifyReport['approvals'];
}

interface Runs {
  readonly records: readonly StoredRecord[];
  /** Null: nobody said who may sign. */
  readonly book: SignerBook | null;
}

/**
 * Judges every signed statement and every run again: whether the signatures hold, and whether what was applied had been
 * approved, then, for just that change, target, policy and rehearsal, and not by its author alone.
 */
export function checkApprovals({ records, book }: Runs): ApprovalCheck {
  const holders = records.flatMap((stored) => (signedStatementOf(stored.record?.body) === null ? [] : [stored]));
  const unbound = holders.flatMap(checkBinding);
  if (book === null || book.faults.length > 0) {
    const notes =
      holders.length === 0
        ? []
        : [
            `Signatures of approvals were not checked: ${book === null ? 'nobody said who may sign' : book.faults.join('; ')}.`,
          ];
    return { problems: unbound, notes, approvals: [] };
  }
  const seen = holders.flatMap((stored) => seeThen(stored, book));
  const judged = joinFindings(runsOf(records).map((run) => judgeRun(run, { records, book })));
  return {
    problems: [
      ...unbound,
      ...seen.flatMap(({ name, fault, problem: why }) =>
        fault === null ? [] : [problem('approval', [name, fieldOf(fault)], why ?? fault)],
      ),
      ...judged.problems,
    ],
    notes: judged.notes,
    approvals: seen.flatMap(({ fault, statement, principal, record }) =>
      fault === null && statement?.kind === 'approval'
        ? [{ by: principal ?? '', role: statement.role ?? '', record }]
        : [],
    ),
  };
}

/** What stands beside a statement is what people read: it must say the same. */
function checkBinding({ name, record }: StoredRecord): readonly EvidenceProblem[] {
  const body = record?.body as Readonly<Record<string, unknown>> | undefined;
  const signed = signedStatementOf(body);
  if (signed === null || body === undefined) return [];
  return (['changeDigest', 'target'] as const)
    .filter((field) => body[field] !== undefined && body[field] !== signed.statement[field])
    .map((field) =>
      problem(
        'approval',
        [name, field],
        `the record says ${String(body[field])}, and what was signed says ${String(signed.statement[field])}`,
      ),
    );
}

/** A statement with its signature checked, by the keys as they were when it was made. */
function seeThen(stored: StoredRecord, book: SignerBook): readonly SeenStatement[] {
  const at = new Date(signedStatementOf(stored.record?.body)?.statement.grantedAt ?? 0);
  // That the record itself was changed is told of the record.
  return seeStatements([{ ...stored, intact: true }], { book, roles: {}, at });
}

function fieldOf(fault: NonNullable<SeenStatement['fault']>): string {
  return fault === 'tampered' || fault === 'unreadable' ? 'signature' : 'signer';
}

interface RunOnRecord {
  readonly name: string;
  readonly report: ApplyReport;
}

/** Runs that changed something. */
function runsOf(records: readonly StoredRecord[]): readonly RunOnRecord[] {
  return records.flatMap(({ name, record }) => {
    const report = record?.subject.kind === 'apply' ? (record.body as ApplyReport | null) : null;
    const isUp = report?.direction === 'up' && report.steps.some(({ outcome }) => outcome?.state === 'applied');
    return report !== null && isUp ? [{ name, report }] : [];
  });
}

function judgeRun(
  { name, report }: RunOnRecord,
  { records, book }: { readonly records: readonly StoredRecord[]; readonly book: SignerBook },
): Findings {
  const gate = report.preflight?.gates.find(({ id }) => id === 'approvals-given');
  if (report.preflight === null || gate === undefined) {
    return {
      problems: [],
      notes: [`${name}: the gates were not asked before this run, so nothing says what had to be approved.`],
    };
  }
  const facts = approvalFactsOf(gate);
  if (facts === null || gate.waiver !== null) return nothingFound;
  const at = new Date(report.startedAt);
  const statements = seeStatements(records, { book, roles: facts.terms.roles, at });
  const judged = judgeApprovals({ ...facts, ...boundTo(report, facts), statements, now: at });
  if (judged.lacking.length === 0 || judged.broken !== null) return nothingFound;
  const faults = judged.statements.flatMap(({ record, fault }) => {
    const stored = records.find(({ digest }) => digest === record);
    return fault === null || stored === undefined
      ? []
      : [
          problem(
            aboutOf(fault),
            [stored.name, null],
            `it does not count for the run ${report.runId ?? name}: ${fault}`,
          ),
        ];
  });
  const lacking = `the change was applied without ${judged.lacking.join(', ')}`;
  return { problems: [...faults, problem('approval', [name, 'preflight'], lacking)], notes: [] };
}

/** What was applied, not what the gate was told. */
function boundTo({ changeDigest, target }: ApplyReport, { change }: ApprovalFacts): Pick<ApprovalFacts, 'change'> {
  return { change: { ...change, changeDigest, target } };
}

function aboutOf(fault: string): EvidenceProblem['about'] {
  return fault.includes('wrote the change') ? 'author' : 'approval';
}

function approvalFactsOf({ observation }: GateResult): ApprovalFacts | null {
  const facts = (observation as { readonly facts?: unknown } | null)?.facts;
  return typeof facts === 'object' && facts !== null ? (facts as ApprovalFacts) : null;
}
