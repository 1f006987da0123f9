import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { asServerError } from './server-error.js';
import type { Session } from './session.js';

export interface ReadOnlyOptions {
  /** What is read, for the message when it fails: `the schema`. */
  readonly what: string;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/**
 * Reads inside one read-only transaction that sees one moment, whose limits end with it: a pooler hands nothing of them
 * to the next client. @throws ChangeSafetyError `query-failed` when the server refuses.
 */
export async function readOnly<Value>(
  session: Session,
  options: ReadOnlyOptions,
  read: () => Promise<Value>,
): Promise<Value> {
  const { statementTimeoutMs, lockTimeoutMs } = options;
  try {
    await session.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
       SET LOCAL statement_timeout = ${statementTimeoutMs};
       SET LOCAL lock_timeout = ${lockTimeoutMs};
       SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
    );
    const value = await read();
    await session.query('COMMIT');
    return value;
  } catch (cause) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw asReadFailure(cause, options.what);
  }
}

function asReadFailure(cause: unknown, what: string): unknown {
  const refused = asServerError(cause);
  if (refused === null) return cause;
  const timedOut = refused.code === '55P03' || refused.code === '57014';
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `The server refused to let ${what} be read: ${refused.message}`,
    remedy: timedOut
      ? 'Somebody holds a lock on what is read, or the server is slow: try again later.'
      : 'Connect as a user who may read it.',
    effect: 'none',
    sqlState: refused.code ?? null,
    cause,
  });
}
