import type { LockRequest } from './effects.js';
import type { Statement } from './sql-text.js';

/**
 * How long a step may wait and be waited for. `short lock`: catalog changes; a short wait in the lock queue, tried again.
 * `long watched`: concurrent builds, validation, detaching; they may take hours, and are ended by what they do to others.
 */
export type LimitProfile = 'short lock' | 'long watched';

/** Limits of one step, in milliseconds; 0 is no limit, as the server has it. */
export interface StepLimits {
  readonly profile: LimitProfile;
  /** How long one attempt waits in a lock queue. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How long others may wait for locks that the step holds before it is cancelled. */
  readonly holdLimitMs: number;
}

/** How it is found out, after a crash, whether a step took effect. */
export type StepProbe =
  /** The ledger's outcome commits with the step: it is there, or the step never happened. */
  | { readonly kind: 'ledger' }
  /** An index is there and valid, there and invalid, or absent. */
  | { readonly kind: 'index built'; readonly index: string; readonly name: string; readonly table: string }
  | { readonly kind: 'index dropped'; readonly index: string }
  /** DETACH … CONCURRENTLY has two transactions: a pending one is finalised. */
  | { readonly kind: 'partition detached'; readonly parent: string; readonly partition: string }
  /** Doing it twice does no harm, but what a broken attempt left has to go: invalid copies of indexes. */
  | { readonly kind: 'indexes rebuilt' }
  /** Doing it twice does no harm: VACUUM, ANALYZE, CLUSTER, … */
  | { readonly kind: 'repeat' }
  /** Something that is there, or not, by name: a database, a subscription, a tablespace. */
  | { readonly kind: 'object'; readonly catalog: string; readonly name: string; readonly present: boolean }
  /** A query that the author declared; it returns true when the step took effect. */
  | { readonly kind: 'query'; readonly sql: string }
  /** Nothing tells; such a step is refused unless it is allowed by name. */
  | { readonly kind: 'none'; readonly reason: string };

/** What is done in one piece: one transaction, or one statement that commits by itself. */
export interface PlanStep {
  /** `<migration>/<number>`, numbers from 1. */
  readonly id: string;
  readonly migrationId: string;
  readonly path: string;
  readonly kind: 'transaction' | 'statement';
  /** The file's own BEGIN with its options; null: a plain one. Null for a statement outside a block. */
  readonly begin: string | null;
  readonly statements: readonly Statement[];
  /** SET statements that ran before in the same migration, for a session that starts here. */
  readonly settings: readonly Statement[];
  readonly limits: StepLimits;
  /** Predicted locks on relations that existed before the migration. */
  readonly locks: readonly LockRequest[];
  readonly probe: StepProbe;
  /** The last step of its migration: with it the team tool's own row is written. */
  readonly completesMigration: boolean;
}

/** What `apply` will do, made before anything runs, and bound to what was judged. */
export interface ApplyPlan {
  readonly changeDigest: string;
  /** `up`: the migrations; `down`: their rollbacks. */
  readonly direction: 'up' | 'down';
  readonly steps: readonly PlanStep[];
  /** Why the change is not applied as it stands, one entry for each reason; empty when it may be. */
  readonly refusals: readonly { readonly stepId: string; readonly reason: string; readonly remedy: string }[];
  readonly budget: ChangeBudget;
}

/** What a whole change may cost others. Milliseconds. */
export interface ChangeBudget {
  /** Total time that the change may spend waiting in lock queues, attempts added up. */
  readonly queueMs: number;
  /** How long it may look for a moment without blockers, outside any queue, before it gives up. */
  readonly patienceMs: number;
  readonly attempts: number;
}
