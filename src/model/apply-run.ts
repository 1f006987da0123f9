import type { JsonValue } from './json.js';
import type { BackendIdentity } from './ledger.js';
import type { StepLock } from './locks.js';

/** What became of a step. `indeterminate`: the connection went before the answer came, and no probe has told yet. */
export type StepState = 'applied' | 'not-applied' | 'indeterminate';

/** One try of a step. Times are in milliseconds. */
export interface StepAttempt {
  readonly startedAt: string;
  /** Spent looking for a free moment, outside of any lock queue. */
  readonly waitedOutsideMs: number;
  /** Spent in lock queues; null where it never waited. */
  readonly queuedMs: number | null;
  readonly durationMs: number;
  readonly backend: BackendIdentity;
  /** Null: it took effect. */
  readonly failure: AttemptFailure | null;
}

export interface AttemptFailure {
  /**
   * `lock-timeout`: the queue was given up; `held-too-long`: others waited for us beyond the limit; `criterion`: an abort
   * criterion was met; `error`: the server refused; `lost`: the connection went; `interrupted`: a signal.
   */
  readonly kind: 'lock-timeout' | 'held-too-long' | 'criterion' | 'error' | 'lost' | 'interrupted';
  readonly sqlState: string | null;
  readonly message: string;
  /** Where the statement stands, `path:line`. */
  readonly place: string | null;
}

export interface StepOutcome {
  readonly stepId: string;
  readonly state: StepState;
  readonly attempts: readonly StepAttempt[];
  /** Bytes of WAL between start and end, the whole server's. */
  readonly walBytes: number | null;
  /** The longest that somebody was seen waiting for our locks. */
  readonly longestBlockedMs: number;
  /**
   * The strongest lock on each relation, in the attempt that took effect: `exact` as its transaction held them at its end,
   * `sampled` where a statement commits by itself, so that a short one may be missing. Null where nobody looked: the step
   * did not take effect, or had done so before.
   */
  readonly locks: readonly StepLock[] | null;
}

/** Why a run stopped before its end. */
export interface AbortReason {
  /** Id of the abort criterion, or of the limit that was reached. */
  readonly criterion: string;
  readonly reason: string;
  readonly observation: JsonValue;
}

export type RunVerdict =
  | 'applied'
  /** Nothing was to be done: the target has it. */
  | 'nothing-to-do'
  /** Ended by itself or by a signal, in a known state. */
  | 'aborted'
  /** The server refused a statement. */
  | 'failed'
  /** A gate blocked it; nothing was begun. */
  | 'blocked'
  /** A step's effect is not known: `resume` decides. */
  | 'indeterminate';

/** Something that happened in a run, as it is shown, written as JSON lines, and recorded. */
export type RunEvent = { readonly at: string } & (
  | { readonly kind: 'phase'; readonly text: string }
  | {
      readonly kind: 'planned';
      readonly runId: string;
      readonly steps: readonly { readonly stepId: string; readonly path: string; readonly sql: string }[];
    }
  | {
      readonly kind: 'step-started';
      readonly stepId: string;
      readonly number: number;
      readonly count: number;
      readonly sql: string;
    }
  | {
      readonly kind: 'attempt-started';
      readonly stepId: string;
      readonly attempt: number;
      /** How long it may queue; 0: as long as it likes. */
      readonly lockTimeoutMs: number;
      /** What is left of the whole change's time in lock queues. */
      readonly queueLeftMs: number;
    }
  | {
      readonly kind: 'statement';
      readonly stepId: string;
      readonly number: number;
      readonly count: number;
      /** `path:line`. */
      readonly place: string;
      readonly sql: string;
    }
  /** The lock table as the watchdog sees it, told when it changes: how long we queue, and who waits for us. */
  | {
      readonly kind: 'locks';
      readonly stepId: string;
      readonly queuedMs: number | null;
      readonly waiters: number;
      readonly longestWaitMs: number;
    }
  | { readonly kind: 'waiting-outside'; readonly stepId: string; readonly reason: string }
  | {
      readonly kind: 'attempt-failed';
      readonly stepId: string;
      readonly attempt: number;
      readonly failure: AttemptFailure;
      readonly againInMs: number | null;
    }
  | { readonly kind: 'step-ended'; readonly stepId: string; readonly state: StepState; readonly durationMs: number }
  | {
      readonly kind: 'progress';
      readonly stepId: string;
      readonly phase: string;
      readonly fraction: number | null;
      readonly remainingMs: number | null;
    }
  | { readonly kind: 'sample'; readonly values: Readonly<Record<string, number | null>> }
  | {
      readonly kind: 'ended';
      readonly verdict: RunVerdict;
      /** In which state the database is, and what to do. */
      readonly state: string;
      readonly remedy: string | null;
    }
  | { readonly kind: 'aborting'; readonly reason: AbortReason }
  | { readonly kind: 'notice'; readonly severity: string; readonly message: string }
);
