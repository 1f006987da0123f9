import pg from 'pg';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ConnectionTarget } from './connection-target.js';

/** The driver's error, if the server itself sent it. */
export function asServerError(error: unknown): pg.DatabaseError | null {
  return error instanceof pg.DatabaseError ? error : null;
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
