import type { ApplyReport } from '../../model/apply-report.js';
import type { ApprovalReport } from '../../model/approval.js';
import type { BackupCreateReport, BackupVerifyReport } from '../../model/backup.js';
import type { ConfirmationReport } from '../../model/confirmation.js';
import type { CheckRecord } from '../../model/evidence-bundle.js';
import type { PreflightReport } from '../../model/preflight.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import type { TestReport } from '../../model/test-report.js';
import type { ValidationReport } from '../../model/validation-report.js';
import type { VerifyReport } from '../../model/verify-report.js';
import type { WatchReport } from '../../model/watch-report.js';

/** The content of a record, with what names the record. */
export interface Recorded<Body> {
  /** Digest of the record. */
  readonly digest: string;
  readonly createdAt: string;
  readonly body: Body;
}

/** As much of the proof of a way back as is asked for here. */
export interface RecordedProof {
  readonly migrationId: string;
  readonly files: readonly string[];
  readonly major: number;
  readonly origin: string;
}

/** Everything that is on record about one change; each list oldest first. */
export interface ChangeFacts {
  readonly changeDigest: string;
  /** Name of the configured target that it is, or was, for; null where none is known. */
  readonly target: string | null;
  readonly tier: number | null;
  /** Ids, in their order. */
  readonly migrations: readonly string[];
  readonly checks: readonly Recorded<CheckRecord>[];
  readonly rehearsals: readonly Recorded<Rehearsal>[];
  readonly tests: readonly Recorded<TestReport>[];
  readonly proofs: readonly Recorded<RecordedProof>[];
  readonly backups: readonly Recorded<BackupCreateReport | BackupVerifyReport>[];
  readonly preflights: readonly Recorded<PreflightReport>[];
  /** Runs that lead forward, and runs that took something of it back. */
  readonly runs: readonly Recorded<ApplyReport>[];
  readonly reverts: readonly Recorded<ApplyReport>[];
  readonly validations: readonly Recorded<ValidationReport>[];
  readonly verifications: readonly Recorded<VerifyReport>[];
  readonly watches: readonly Recorded<WatchReport>[];
  /** Signed statements: approvals, waivers, broken glass. */
  readonly approvals: readonly Recorded<ApprovalReport>[];
  readonly reviews: readonly Recorded<ApprovalReport>[];
  readonly confirmations: readonly Recorded<ConfirmationReport>[];
}

/** The run that counts: the last that took effect, else the last. */
export function decisiveRun({ runs }: Pick<ChangeFacts, 'runs'>): Recorded<ApplyReport> | null {
  return runs.findLast(({ body }) => body.verdict === 'applied') ?? runs.at(-1) ?? null;
}

/** The gates as they were asked for the run that counts; else as they were asked last. */
export function decisivePreflight(facts: Pick<ChangeFacts, 'runs' | 'preflights'>): Recorded<PreflightReport> | null {
  const run = decisiveRun(facts);
  const { preflights } = facts;
  const before = run === null ? preflights : preflights.filter(({ createdAt }) => createdAt <= endOf(run));
  return before.at(-1) ?? preflights.at(-1) ?? null;
}

/** ISO 8601. */
export function endOf({ body }: Recorded<{ readonly startedAt: string; readonly durationMs: number }>): string {
  return new Date(Date.parse(body.startedAt) + body.durationMs).toISOString();
}

/** Gates, too, say what was seen of everything that has no record of its own. */
export function gateOf(facts: ChangeFacts, id: string) {
  const preflight = decisivePreflight(facts);
  const gate = preflight?.body.gates.find((one) => one.id === id);
  return preflight === null || gate === undefined ? null : { gate, record: preflight };
}
