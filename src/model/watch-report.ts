import type { StepComparison, Surprise } from './surprise.js';
import type { FigureComparison } from './target-figures.js';
import type { VerifyFinding } from './verify-report.js';

/** P0: outage or damaged data; P1: a major part is broken; P2: a minor one; P3: nothing that anybody has to get up for. */
export const incidentSeverities = ['P0', 'P1', 'P2', 'P3'] as const;
export type IncidentSeverity = (typeof incidentSeverities)[number];

/** How soon somebody has to respond, and how long may be assessed before the change is taken back. Null: no such line. */
export interface SeverityTerms {
  readonly severity: IncidentSeverity;
  readonly meaning: string;
  readonly responseMs: number | null;
  readonly responseInWords: string;
  readonly assessMs: number | null;
  readonly assessInWords: string;
}

export const watchVerdicts = ['continue', 'assess', 'roll back now'] as const;
export type WatchVerdict = (typeof watchVerdicts)[number];

/** Somebody to turn to. */
export interface Contact {
  readonly role: string;
  readonly name: string | null;
  /** How: a number, a channel, an address. */
  readonly reach: string | null;
  /** Minutes after the breach; 0: at once. */
  readonly afterMin: number;
}

/** One look at the system after a change. What could not be found out is null. */
export interface WatchSample {
  /** ISO 8601, by this machine's clock. */
  readonly at: string;
  /** Since the change took effect, in milliseconds. */
  readonly sinceChangeMs: number;
  /** This machine slept, or nobody looked, just before: what was before does not go together with this. */
  readonly afterGap: boolean;
  /** The database answered. */
  readonly reachable: boolean;
  readonly healthy: boolean | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Sessions of the whole server that wait for a lock. */
  readonly waitingSessions: number | null;
  /** A part of those there may be. */
  readonly connections: number | null;
  /** Counted by the server since its statistics were reset. */
  readonly deadlocks: number | null;
  readonly replicas: number | null;
  readonly replicaLagMs: number | null;
  /** Faults that were not there before the change, at the newest check; null while there was none. */
  readonly newFaults: number | null;
}

export const watchSignals = [
  'health',
  'integrity',
  'error-rate',
  'latency-p95',
  'latency-p99',
  'database',
  'lock-waits',
  'connections',
  'deadlocks',
  'replicas',
  'replica-lag',
] as const;
export type WatchSignal = (typeof watchSignals)[number];

/** A signal that has been beyond its limit for long enough. */
export interface Breach {
  readonly signal: WatchSignal;
  readonly severity: IncidentSeverity;
  readonly value: number;
  readonly limit: number;
  /** ISO 8601, its first sample. */
  readonly since: string;
  /** In milliseconds since the change. */
  readonly sinceChangeMs: number;
  /** One sentence with its figures. */
  readonly reason: string;
}

/** One question of the decision tree, as the figures answer it. */
export interface AnsweredQuestion {
  readonly id: string;
  readonly question: string;
  /** `not asked`: nothing is configured that could answer it; it does not decide. */
  readonly answer: 'yes' | 'no' | 'unknown' | 'not asked';
  readonly because: string;
}

export interface WatchDecision {
  readonly at: string;
  readonly sinceChangeMs: number;
  readonly verdict: WatchVerdict;
  /** Null for `continue` without a breach. */
  readonly severity: IncidentSeverity | null;
  readonly reason: string;
  readonly breaches: readonly Breach[];
  readonly path: readonly AnsweredQuestion[];
  /** ISO 8601: when assessing ends, and the change is taken back; null where nothing is assessed. */
  readonly decideBy: string | null;
  /** When somebody has to have responded. */
  readonly respondBy: string | null;
  /** Enough for an automatic rollback: never a latency alone. */
  readonly automatic: { readonly allowed: boolean; readonly why: string };
}

/** One thing that `--auto-rollback` did, or did not do. */
export interface WatchAction {
  readonly at: string;
  readonly what: 'traffic back' | 'look again' | 'inverse' | 'refused' | 'hand over';
  readonly ok: boolean;
  readonly detail: string;
}

export interface AutoRollback {
  /** `not needed`: traffic went back and the system is well again; `handed over`: a person has to decide. */
  readonly outcome: 'traffic back was enough' | 'rolled back' | 'handed over';
  readonly actions: readonly WatchAction[];
  /** Ids of the runs of the ledger that took migrations back. */
  readonly runIds: readonly string[];
  /** What a restore would lose; null where none is needed. */
  readonly restoreLoses: string | null;
}

/** What `lockkeeper watch` says. */
export interface WatchReport {
  readonly kind: 'watch';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string };
  readonly target: string | null;
  readonly tier: number;
  /** Of the run that is watched; null where no record of one was found. */
  readonly runId: string | null;
  readonly changeDigest: string | null;
  readonly migrations: readonly string[];
  /** When the change took effect. */
  readonly changedAt: string;
  /** `interrupted`: by a signal; `decided`: there was nothing more to look for. */
  readonly ended: 'complete' | 'interrupted' | 'decided';
  readonly decision: WatchDecision;
  /** Every change of the decision, oldest first; the last one is `decision`. */
  readonly decisions: readonly WatchDecision[];
  readonly terms: SeverityTerms | null;
  /** Who is to be called, in their order, with the moment for each; empty where nobody is. */
  readonly contacts: readonly (Contact & { readonly at: string })[];
  readonly automatic: AutoRollback | null;
  readonly samples: readonly WatchSample[];
  /** Configured, and not known for most of the time. */
  readonly unknown: readonly string[];
  readonly faults: readonly VerifyFinding[];
  readonly comparison: readonly FigureComparison[];
  readonly steps: readonly StepComparison[];
  readonly surprises: readonly Surprise[];
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Something that happens while it is watched: shown, or written as JSON lines. */
export type WatchEvent = { readonly at: string } & (
  | { readonly kind: 'watching'; readonly runId: string | null; readonly target: string; readonly forMs: number }
  | { readonly kind: 'sample'; readonly sample: WatchSample; readonly leftMs: number }
  | { readonly kind: 'decision'; readonly decision: WatchDecision }
  | { readonly kind: 'action'; readonly action: WatchAction }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'ended'; readonly verdict: WatchVerdict; readonly text: string }
);
