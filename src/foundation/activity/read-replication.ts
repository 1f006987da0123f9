import type { ReceiverState, ReplicaState, ReplicationSlot, ReplicationState } from '../../model/activity.js';
import type { Row, Session } from '../postgres/session.js';
import { ageSql } from './read-sessions.js';
import { ageOrNull, numberOrNull, textOrNull } from './row-values.js';

/** How far this server is: what it has written, or on a standby what it has received. */
const here = `CASE WHEN pg_catalog.pg_is_in_recovery()
    THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
    ELSE pg_catalog.pg_current_wal_lsn() END`;

const behind = (lsn: string): string => `pg_catalog.pg_wal_lsn_diff(${here}, ${lsn})`;

const replicasSql = `SELECT r.pid, r.application_name,
    CASE WHEN r.client_port = -1 THEN 'local' ELSE pg_catalog.host(r.client_addr) END AS client, r.state, r.sync_state,
    ${behind('r.sent_lsn')} AS sent, ${behind('r.flush_lsn')} AS flush, ${behind('r.replay_lsn')} AS replay,
    EXTRACT(epoch FROM r.replay_lag)::float8 * 1000 AS replay_ms
  FROM pg_catalog.pg_stat_replication r`;

const slotsSql = `SELECT s.slot_name, s.slot_type, s.database, s.active, s.active_pid,
    ${behind('s.restart_lsn')} AS retained, s.wal_status, s.safe_wal_size,
    ${ageSql(`(pg_catalog.to_jsonb(s) ->> 'inactive_since')::timestamptz`)} AS inactive_ms,
    pg_catalog.age(s.xmin) AS xmin_age, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age
  FROM pg_catalog.pg_replication_slots s`;

const receiverSql = `SELECT r.status, r.sender_host, r.sender_port, r.slot_name,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()) AS replay,
    ${ageSql('pg_catalog.pg_last_xact_replay_timestamp()')} AS last_commit_ms,
    pg_catalog.pg_is_wal_replay_paused() AS paused
  FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_stat_wal_receiver r ON true`;

/** Who follows this server, what is kept for them, and how it follows another. Lags are null to who may not see them. */
export async function readReplication(session: Session): Promise<ReplicationState> {
  const { rows } = await session.query('SELECT pg_catalog.pg_is_in_recovery() AS standby');
  const inRecovery = rows[0]?.['standby'] === true;
  return {
    inRecovery,
    replicas: (await session.query(replicasSql)).rows.map(toReplica),
    slots: (await session.query(slotsSql)).rows.map(toSlot),
    receiver: inRecovery ? toReceiver((await session.query(receiverSql)).rows[0] ?? {}) : null,
  };
}

function toReplica(row: Row): ReplicaState {
  return {
    pid: Number(row['pid']),
    application: textOrNull(row, 'application_name') ?? '',
    client: textOrNull(row, 'client'),
    state: textOrNull(row, 'state'),
    syncState: textOrNull(row, 'sync_state'),
    sentLagBytes: ageOrNull(row, 'sent'),
    flushLagBytes: ageOrNull(row, 'flush'),
    replayLagBytes: ageOrNull(row, 'replay'),
    replayLagMs: ageOrNull(row, 'replay_ms'),
  };
}

function toSlot(row: Row): ReplicationSlot {
  const active = row['active'] === true;
  return {
    name: String(row['slot_name']),
    slotType: String(row['slot_type']),
    database: textOrNull(row, 'database'),
    active,
    pid: numberOrNull(row, 'active_pid'),
    retainedBytes: ageOrNull(row, 'retained'),
    walStatus: textOrNull(row, 'wal_status'),
    safeWalBytes: numberOrNull(row, 'safe_wal_size'),
    inactiveMs: active ? null : ageOrNull(row, 'inactive_ms'),
    xminAge: numberOrNull(row, 'xmin_age'),
    catalogXminAge: numberOrNull(row, 'catalog_xmin_age'),
  };
}

function toReceiver(row: Row): ReceiverState {
  const host = textOrNull(row, 'sender_host');
  return {
    status: textOrNull(row, 'status'),
    sender: host === null ? null : `${host}:${String(row['sender_port'])}`,
    slot: textOrNull(row, 'slot_name'),
    replayLagBytes: ageOrNull(row, 'replay'),
    lastCommitMs: ageOrNull(row, 'last_commit_ms'),
    replayPaused: row['paused'] === true,
  };
}
