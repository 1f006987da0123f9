import { textOrNull } from '../../foundation/activity/row-values.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { DrainSettings } from '../../model/target-settings.js';

/**
 * The function and not the view: the view looks names up in catalogs that a change may have locked. A role without
 * pg_monitor sees no type of others' backends, but who they are.
 */
const remainingSql = `SELECT a.pid, a.application_name, pg_catalog.pg_get_userbyid(a.usesysid) AS user_name, a.state,
    CASE WHEN a.client_port = -1 THEN 'local' ELSE pg_catalog.host(a.client_addr) END AS client
  FROM pg_catalog.pg_stat_get_activity(NULL) a
  WHERE a.datid = (SELECT own.datid FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) own)
    AND a.pid <> pg_catalog.pg_backend_pid()
    AND (a.backend_type IS NULL OR a.backend_type = 'client backend')
    AND (a.application_name = $1 OR pg_catalog.pg_get_userbyid(a.usesysid) = $2)
  ORDER BY a.backend_start NULLS LAST, a.pid`;

const pollMs = 250;

export interface RemainingConnection {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  /** Null where the role may not see it. */
  readonly state: string | null;
  readonly client: string | null;
}

/** The application's connections to the session's database, ours left out. */
async function readRemaining(
  session: Session,
  { application, user }: Pick<DrainSettings, 'application' | 'user'>,
): Promise<readonly RemainingConnection[]> {
  const { rows } = await session.query(remainingSql, [application, user]);
  return rows.map((row) => ({
    pid: Number(row['pid']),
    application: textOrNull(row, 'application_name') ?? '',
    user: textOrNull(row, 'user_name') ?? '',
    state: textOrNull(row, 'state'),
    client: textOrNull(row, 'client'),
  }));
}

export interface DrainOutcome {
  /** How many there were at first. */
  readonly connections: number;
  readonly durationMs: number;
}

/**
 * Waits until the application has no connection to the database any more. Nothing is ended by force.
 * @throws ChangeSafetyError `traffic-remains` when its time is over, with who is left.
 */
export async function drainConnections(
  session: Session,
  settings: DrainSettings,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<DrainOutcome> {
  const start = clock.now();
  let remaining = await readRemaining(session, settings);
  const connections = remaining.length;
  while (remaining.length > 0) {
    if (clock.now() - start >= settings.timeoutMs) throw stillThere(remaining, settings);
    await clock.sleep(pollMs, signal);
    remaining = await readRemaining(session, settings);
  }
  return { connections, durationMs: clock.now() - start };
}

function stillThere(remaining: readonly RemainingConnection[], { timeoutMs }: DrainSettings): ChangeSafetyError {
  const shown = remaining.slice(0, 5).map(({ pid, application, user, state, client }) => {
    const from = client === null || client === 'local' ? '' : ` from ${client}`;
    return `pid ${pid} (${application === '' ? user : `${application} as ${user}`}${from}${state === null ? '' : `, ${state}`})`;
  });
  const more = remaining.length > shown.length ? ` and ${remaining.length - shown.length} more` : '';
  return new ChangeSafetyError({
    code: 'traffic-remains',
    message: `After ${timeoutMs} ms the application still has ${remaining.length} connections: ${shown.join(', ')}${more}.`,
    remedy:
      'Stop it, or close its pool (a pooler keeps connections without clients: PAUSE or RECONNECT there), or raise hooks.drain.timeoutMs; who must go at once: SELECT pg_terminate_backend(pid).',
    effect: 'none',
  });
}
