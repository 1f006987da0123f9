import type { ObservedSession } from './observed-session.js';
import type { StatementTrace } from '../../model/trace.js';

/** What an observer is told before a statement runs. */
export interface ObservedStatement {
  readonly sql: string;
  /** True when a transaction block is open while it runs, so its locks outlive it and can be read exactly. */
  readonly inTransaction: boolean;
}

export interface ObservedOutcome {
  /** performance.now() of the monotonic clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

/** The part of a trace that observers fill in. */
export type Observation = Pick<
  StatementTrace,
  | 'locks'
  | 'rewrites'
  | 'newFiles'
  | 'scans'
  | 'rowsWritten'
  | 'walBytes'
  | 'io'
  | 'sizeGrowthBytes'
  | 'traffic'
  | 'standby'
>;

/** Watches one session's statements, one at a time, in order. */
export interface StatementObserver {
  before(statement: ObservedStatement): Promise<void>;
  /** Called while the session rests after the statement and, if a transaction is open, before its end. */
  after(statement: ObservedStatement, outcome: ObservedOutcome): Promise<Observation>;
  /** The transaction that was open has ended; locks of its statements were held until `endedAt`. */
  transactionEnded(end: { readonly outcome: 'committed' | 'rolled-back'; readonly endedAt: number }): Promise<void>;
}

/** Makes an observer for each session of the change (a team's own command may open several). */
export type ObserveSession = (session: ObservedSession) => Promise<StatementObserver>;
