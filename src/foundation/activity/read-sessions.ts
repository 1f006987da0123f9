import type { ActivitySession } from '../../model/activity.js';
import type { Row, Session } from '../postgres/session.js';
import type { DatabaseNames } from './database-names.js';
import { ageOrNull, numberOrNull, textOrNull } from './row-values.js';

/** A moment of the server's clock, the same whatever the session's settings are. */
export function momentSql(expression: string): string {
  return `pg_catalog.to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Milliseconds since a moment, by the server's clock. */
export function ageSql(expression: string): string {
  return `EXTRACT(epoch FROM pg_catalog.clock_timestamp() - ${expression})::float8 * 1000`;
}

/*
 * The function and not the view pg_stat_activity: the view has to be looked up and joins pg_database and pg_authid, for
 * which a fresh session waits when pg_class is locked.
 */
const sessionsSql = `SELECT a.pid, ${momentSql('a.backend_start')} AS backend_start, a.datid::int8 AS database,
    CASE WHEN a.usesysid <> 0 THEN pg_catalog.pg_get_userbyid(a.usesysid) END AS user_name, a.application_name,
    CASE WHEN a.client_port = -1 THEN 'local' ELSE pg_catalog.host(a.client_addr) END AS client,
    a.backend_type, a.state, ${momentSql('a.xact_start')} AS transaction_start, ${momentSql('a.query_start')} AS query_start,
    ${ageSql('a.backend_start')} AS backend_ms, ${ageSql('a.xact_start')} AS transaction_ms,
    ${ageSql('a.query_start')} AS query_ms, ${ageSql('a.state_change')} AS state_ms,
    a.wait_event_type, a.wait_event, a.query, a.backend_xid::text AS xid, pg_catalog.age(a.backend_xid) AS xid_age,
    pg_catalog.age(a.backend_xmin) AS xmin_age, a.leader_pid
  FROM pg_catalog.pg_stat_get_activity($1) a`;

/** What the server writes instead of a query to who may not see it. */
const insufficient = '<insufficient privilege>';

/**
 * All processes of the server, of all its databases, our own too; or the one with a pid. Opens no relation. A role that
 * is no member of pg_monitor sees of others little more than that they are there: `hidden`.
 */
export async function readSessions(
  session: Session,
  databases: DatabaseNames,
  pid: number | null = null,
): Promise<readonly ActivitySession[]> {
  const { rows } = await session.query(sessionsSql, [pid]);
  return rows.map((row) => toSession(row, databases));
}

function toSession(row: Row, databases: DatabaseNames): ActivitySession {
  const hidden = row['query'] === insufficient;
  const databaseOid = numberOrNull(row, 'database') || null;
  return {
    pid: Number(row['pid']),
    backendStart: textOrNull(row, 'backend_start'),
    databaseOid,
    database: databaseOid === null ? null : (databases.get(databaseOid) ?? null),
    user: textOrNull(row, 'user_name'),
    application: textOrNull(row, 'application_name') ?? '',
    client: textOrNull(row, 'client'),
    backendType: textOrNull(row, 'backend_type'),
    state: textOrNull(row, 'state'),
    transactionStart: textOrNull(row, 'transaction_start'),
    queryStart: textOrNull(row, 'query_start'),
    backendMs: ageOrNull(row, 'backend_ms'),
    transactionMs: ageOrNull(row, 'transaction_ms'),
    queryMs: ageOrNull(row, 'query_ms'),
    stateMs: ageOrNull(row, 'state_ms'),
    waitEventType: textOrNull(row, 'wait_event_type'),
    waitEvent: textOrNull(row, 'wait_event'),
    query: hidden ? null : textOrNull(row, 'query'),
    hidden,
    xid: textOrNull(row, 'xid'),
    xidAge: numberOrNull(row, 'xid_age'),
    xminAge: numberOrNull(row, 'xmin_age'),
    leaderPid: numberOrNull(row, 'leader_pid'),
  };
}
