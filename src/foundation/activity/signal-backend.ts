import type { ActivitySession } from '../../model/activity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SignalName } from '../../model/locks-report.js';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import { momentSql } from './read-sessions.js';

const functions: Readonly<Record<SignalName, string>> = {
  cancel: 'pg_catalog.pg_cancel_backend',
  terminate: 'pg_catalog.pg_terminate_backend',
};

const insufficientPrivilege = '42501';

/**
 * Signals a backend if it is still the one that was seen: the operating system gives pids out again. False when it is
 * gone. @throws ChangeSafetyError `query-failed` when the role may not.
 */
export async function signalBackend(
  session: Session,
  signal: SignalName,
  { pid, backendStart, backendType }: Pick<ActivitySession, 'pid' | 'backendStart' | 'backendType'>,
): Promise<boolean> {
  const sql = `SELECT ${functions[signal]}(a.pid) AS sent FROM pg_catalog.pg_stat_get_activity($1) a
    WHERE ${momentSql('a.backend_start')} = $2`;
  try {
    const { rows } = await session.query(sql, [pid, backendStart]);
    return rows[0]?.['sent'] === true;
  } catch (cause) {
    const refused = asServerError(cause);
    if (refused === null) throw cause;
    throw new ChangeSafetyError({
      code: 'query-failed',
      message: `The server refused to ${signal} process ${pid}: ${refused.message}`,
      remedy:
        refused.code === insufficientPrivilege
          ? remedyFor(session.target.user, backendType)
          : 'Look again: lockkeeper locks.',
      effect: 'none',
      sqlState: refused.code ?? null,
      cause,
    });
  }
}

function remedyFor(role: string, backendType: string | null): string {
  if (backendType === 'autovacuum worker') {
    return 'Only a superuser may signal an autovacuum before PostgreSQL 18; since then members of pg_signal_autovacuum_worker.';
  }
  return `GRANT pg_signal_backend TO ${role} allows it for sessions of everybody but superusers; those only a superuser may signal.`;
}
