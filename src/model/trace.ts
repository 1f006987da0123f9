import type { Claim } from './migration.js';
import type { LockTrace } from './locks.js';
import type { StatementPrediction } from './prediction.js';
import type { TransactionPlan } from './sql-text.js';

export interface Notice {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** An error of the server, in its own words, placed in the file. */
export interface StatementError {
  /** SQLSTATE, or null when the connection broke. */
  readonly code: string | null;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The source line and, below it, a caret under the column. */
  readonly excerpt: string;
}

/** Buffer and file work of one statement, in blocks of 8 kB unless named otherwise. */
export interface IoTrace {
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly blocksDirtied: number;
  readonly blocksWritten: number;
  readonly tempBytes: number;
}

/** What synthetic open-loop traffic on one relation felt while a statement ran (milliseconds, from the intended start). */
export interface TrafficTrace {
  readonly relation: string;
  readonly operation: 'read' | 'write' | 'standby read';
  readonly requests: number;
  readonly failures: number;
  readonly longestStallMs: number;
  readonly p99Ms: number;
}

export interface StandbyTrace {
  readonly lagBytes: number;
  readonly lagMs: number;
  readonly cancelledQueries: number;
}

export interface StatementTrace {
  readonly sql: string;
  readonly path: string;
  readonly line: number;
  /** Milliseconds since the migration's start. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly transactionBlock: 'allowed' | 'refused';
  readonly locks: readonly LockTrace[];
  /** Tables and materialised views that got a new file. */
  readonly rewrites: readonly string[];
  /** Other relations that got a new file: indexes, sequences; those made by the statement included. */
  readonly newFiles: readonly string[];
  /** Tables that the statement read whole because of what it is. */
  readonly scans: readonly string[];
  /** Rows inserted, updated and deleted, by the server's own counters; null when they could not be read. */
  readonly rowsWritten: number | null;
  readonly walBytes: number | null;
  readonly io: IoTrace | null;
  readonly sizeGrowthBytes: number | null;
  readonly traffic: readonly TrafficTrace[];
  readonly standby: StandbyTrace | null;
  readonly notices: readonly Notice[];
  readonly error: StatementError | null;
  /** Null where nothing was predicted: the team's own command tells its statements only as it sends them. */
  readonly prediction: StatementPrediction | null;
}

export interface WalRecords {
  readonly resourceManager: string;
  readonly records: number;
  readonly bytes: number;
}

/** One request of the synthetic traffic, for the timeline: its intended start and how long it took. */
export interface LatencyPoint {
  readonly atMs: number;
  readonly latencyMs: number;
  readonly operation: TrafficTrace['operation'];
}

/** `applied`, or what remains after a failure. */
export type MigrationState =
  | { readonly kind: 'applied' }
  | { readonly kind: 'rolled-back' }
  | { readonly kind: 'partial'; readonly appliedStatements: number; readonly invalidIndexes: readonly string[] }
  | { readonly kind: 'not-run' };

export interface MigrationTrace {
  readonly id: string;
  readonly path: string;
  readonly transaction: TransactionPlan;
  readonly statements: readonly StatementTrace[];
  readonly durationMs: number;
  readonly commitMs: number | null;
  readonly walRecords: readonly WalRecords[];
  readonly claims: readonly ClaimCheck[];
  readonly latencies: readonly LatencyPoint[];
  readonly state: MigrationState;
  /** What running it once more did; null when it was not asked for. */
  readonly rerun: Rerun | null;
}

export type Rerun =
  | { readonly kind: 'unchanged' }
  /** It ran, and the schema is another one than after the first run. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly error: StatementError };

export interface ClaimCheck {
  readonly claim: Claim;
  readonly holds: boolean;
  readonly measured: string;
}
