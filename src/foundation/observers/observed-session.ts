import type { Row } from '../postgres/session.js';

/**
 * The session that runs the change, as observers see it: through the step runner or through the wire proxy.
 * Observers may look between its statements, never change it.
 */
export interface ObservedSession {
  /** Backend process id, as in pg_locks. */
  readonly pid: number;
  /**
   * Runs a read-only query inside the session, in its open transaction, between two of its statements.
   * Null when that is impossible: no open transaction, or a failed one.
   */
  peek(sql: string): Promise<readonly Row[] | null>;
}
