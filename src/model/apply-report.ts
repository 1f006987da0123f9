import type { AgreedCriterion } from './abort-criterion.js';
import type { RunVerdict, StepOutcome } from './apply-run.js';
import type { RunnerIdentity } from './ledger.js';
import type { PreflightReport } from './preflight.js';
import type { RunFigures } from './target-figures.js';
import type { ValidationReport } from './validation-report.js';

export interface ReportedStep {
  readonly id: string;
  readonly migrationId: string;
  readonly path: string;
  readonly kind: 'transaction' | 'statement';
  readonly profile: 'short lock' | 'long watched';
  readonly sql: readonly string[];
  /** Null for a step that was never begun. */
  readonly outcome: StepOutcome | null;
}

/** What `lockkeeper apply`, `resume` and `rollback run` say. */
export interface ApplyReport {
  readonly kind: 'apply';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string };
  readonly target: string | null;
  readonly tier: number;
  readonly direction: 'up' | 'down';
  readonly verdict: RunVerdict;
  /** In the ledger; null when nothing was begun. */
  readonly runId: string | null;
  readonly runner: RunnerIdentity;
  readonly changeDigest: string;
  /** Ids of the migrations that the run was to apply, in their order, and of those that it completed. */
  readonly migrations: readonly string[];
  readonly completed: readonly string[];
  readonly steps: readonly ReportedStep[];
  /** Null when the gates were not asked. */
  readonly preflight: PreflightReport | null;
  /** In which state the database is now, in one or two sentences. */
  readonly state: string;
  /** What to do next; null when nothing is to be done. */
  readonly remedy: string | null;
  /** What would have ended the run by itself, written down before it began. */
  readonly criteria: readonly AgreedCriterion[];
  /** Figures before and after; null where nothing was begun, and for runs that take none. */
  readonly figures: RunFigures | null;
  /** What was looked at afterwards; null where nobody looked. In a record always null: it has a record of its own. */
  readonly validation: ValidationReport | null;
  /** Milliseconds in lock queues, all steps together. */
  readonly queuedMs: number;
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
}
