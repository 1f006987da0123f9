import type { FigureComparison } from './target-figures.js';
import type { VerifyFinding } from './verify-report.js';

/** `unknown`: it could not be found out, which is no pass. `skipped`: nothing is configured. */
export type ValidationOutcome = 'passed' | 'warned' | 'failed' | 'unknown' | 'skipped';

export const validationCheckKinds = ['integrity', 'smoke', 'tests', 'queries', 'replication', 'health'] as const;
export type ValidationCheckKind = (typeof validationCheckKinds)[number];

/** One thing that was looked at. */
export interface ValidationCheck {
  readonly kind: ValidationCheckKind;
  /** Of the command or the query; for the others what they are about. */
  readonly name: string;
  readonly outcome: ValidationOutcome;
  /** What was found, with its figures. */
  readonly detail: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A critical query's time, beside the one from before the change. */
export interface CriticalQueryTime {
  readonly name: string;
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  readonly maxMs: number | null;
}

/** What `lockkeeper validate` says, and `apply` after its steps took effect. */
export interface ValidationReport {
  readonly kind: 'validation';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string };
  /** Name of the configured target; null when a connection string was given. */
  readonly target: string | null;
  /** Of the run that is validated. */
  readonly runId: string | null;
  readonly changeDigest: string;
  readonly migrations: readonly string[];
  /** `failed` when a check failed; `unknown` when one could not be made, and none failed. */
  readonly verdict: 'passed' | 'failed' | 'unknown';
  /** What to do now, in one sentence; what the decision tree says where a check failed. */
  readonly decision: string;
  readonly checks: readonly ValidationCheck[];
  /** Relations whose integrity was looked at. */
  readonly touched: readonly string[];
  /** What of them does not hold, and was not so before. */
  readonly faults: readonly VerifyFinding[];
  readonly queries: readonly CriticalQueryTime[];
  /** Figures before the change and now. */
  readonly comparison: readonly FigureComparison[];
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
}
