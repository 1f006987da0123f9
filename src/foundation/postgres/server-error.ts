import pg from 'pg';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ConnectionTarget } from './connection-target.js';

/** The driver's error, if the server itself sent it. */
export function asServerError(error: unknown): pg.DatabaseError | null {
  return error instanceof pg.DatabaseError ? error : null;
}

/** The driver's errors without a word of the server, and what the network says. */
const lossOfConnection =
  /^Connection terminated|^Client (?:has encountered a connection error|was closed)|timeout expired/;

/** Whether an error says that a connection broke, with the server's last words (57P…) or without. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^(?:57P\d\d|08\w{3}|EPIPE|ECONN\w+|ETIMEDOUT|ENOENT)$/.test(code) || lossOfConnection.test(error.message);
}

export function connectionError(target: ConnectionTarget, cause: unknown): ChangeSafetyError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ChangeSafetyError({
    code: 'connection-failed',
    message: `Could not connect to database ${target.database} at ${target.host}:${target.port} as ${target.user}: ${reason}`,
    remedy: 'Check host, port, database, user and the server’s pg_hba.conf.',
    effect: 'none',
    sqlState: asServerError(cause)?.code ?? null,
    cause,
  });
}
