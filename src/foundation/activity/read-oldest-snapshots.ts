import type { ActivitySession, PreparedTransaction, ReplicationSlot, SnapshotHolder } from '../../model/activity.js';
import { conflictingModes, type LockMode } from '../../model/locks.js';
import type { Session } from '../postgres/session.js';
import type { DatabaseNames } from './database-names.js';
import { readRelationLocks } from './read-contended-locks.js';
import { readPreparedTransactions } from './read-prepared-transactions.js';
import { readReplication } from './read-replication.js';
import { readSessions } from './read-sessions.js';

export interface OldestSnapshotsOptions {
  readonly databases: DatabaseNames;
  /** The database in which something concurrent is to be done. */
  readonly databaseOid: number;
  /** The relations that it is to be done to, and the weakest lock of others that it would wait for. */
  readonly relationOids: readonly number[];
}

/**
 * Who keeps old rows, the oldest first, and whom a CREATE INDEX CONCURRENTLY would wait for: transactions of its database
 * with a snapshot, VACUUMs aside, and whoever has a lock on the relation that conflicts with Share.
 * DETACH CONCURRENTLY waits for whoever uses the relation at all: `readRelationUsers` says that. Our own session is left out.
 */
export async function readOldestSnapshots(
  session: Session,
  { databases, databaseOid, relationOids }: OldestSnapshotsOptions,
): Promise<readonly SnapshotHolder[]> {
  const users = await readRelationUsers(session, { databaseOid, relationOids, waitsFor: 'ShareLock' });
  const sessions = await readSessions(session, databases);
  const prepared = await readPreparedTransactions(session, databases);
  const { slots } = await readReplication(session);
  return [
    ...sessions.filter(({ pid }) => pid !== session.pid).map((one) => ofSession(one, databaseOid, users)),
    ...prepared.map((one) => ofPrepared(one, users)),
    ...slots.map(ofSlot),
  ]
    .filter((holder) => holder !== null)
    .toSorted((one, other) => other.xminAge - one.xminAge);
}

/** Who has a lock on some relations. */
export interface RelationUsers {
  readonly pids: ReadonlySet<number>;
  /** Transaction ids of prepared transactions. */
  readonly preparedXids: ReadonlySet<string>;
}

export interface RelationUsersOptions {
  readonly databaseOid: number;
  readonly relationOids: readonly number[];
  /** Locks that conflict with this mode count; AccessExclusiveLock counts them all. */
  readonly waitsFor: LockMode;
}

/** Who has locks on relations. `AccessExclusiveLock` asks as DETACH CONCURRENTLY does. Our own session is left out. */
export async function readRelationUsers(
  session: Session,
  { databaseOid, relationOids, waitsFor }: RelationUsersOptions,
): Promise<RelationUsers> {
  const locks = relationOids.length === 0 ? [] : await readRelationLocks(session, databaseOid);
  const xids = new Map(
    locks.flatMap(({ pid, object, virtualTransaction }) =>
      pid === null && object.xid !== null ? [[virtualTransaction, object.xid] as const] : [],
    ),
  );
  const inTheWay = locks.filter(
    ({ object, mode, granted, pid }) =>
      granted &&
      pid !== session.pid &&
      relationOids.includes(object.relationOid ?? 0) &&
      conflictingModes[waitsFor].includes(mode),
  );
  return {
    pids: new Set(inTheWay.flatMap(({ pid }) => (pid === null ? [] : [pid]))),
    preparedXids: new Set(
      inTheWay.flatMap(({ pid, virtualTransaction }) => (pid === null ? (xids.get(virtualTransaction) ?? []) : [])),
    ),
  };
}

function ofSession(session: ActivitySession, databaseOid: number, users: RelationUsers): SnapshotHolder | null {
  const usesRelation = users.pids.has(session.pid);
  const xminAge = session.xminAge ?? (usesRelation ? (session.xidAge ?? 0) : null);
  if (xminAge === null) return null;
  const hasSnapshot = session.xminAge !== null && session.databaseOid === databaseOid && !isVacuum(session);
  return {
    kind: session.backendType === 'walsender' ? 'replica' : 'session',
    pid: session.pid,
    backendStart: session.backendStart,
    name: session.application,
    database: session.database,
    xminAge,
    transactionMs: session.transactionMs,
    concurrentBuildWaits: usesRelation || hasSnapshot,
  };
}

/** The server leaves plain VACUUMs out, for they look into no row of another table. */
function isVacuum({ backendType, query }: ActivitySession): boolean {
  return backendType === 'autovacuum worker' || /^\s*vacuum\b(?![^;]*\b(?:full|analy[sz]e)\b)/i.test(query ?? '');
}

function ofPrepared(transaction: PreparedTransaction, users: RelationUsers): SnapshotHolder {
  return {
    kind: 'prepared',
    pid: null,
    backendStart: null,
    name: transaction.gid,
    database: transaction.database,
    xminAge: transaction.xidAge,
    transactionMs: transaction.preparedMs,
    // It has locks, and no snapshot any more.
    concurrentBuildWaits: users.preparedXids.has(transaction.xid),
  };
}

function ofSlot(slot: ReplicationSlot): SnapshotHolder | null {
  const xminAge = slot.xminAge ?? slot.catalogXminAge;
  if (xminAge === null) return null;
  return {
    kind: 'slot',
    pid: slot.pid,
    backendStart: null,
    name: slot.name,
    database: slot.database,
    xminAge,
    transactionMs: null,
    concurrentBuildWaits: false,
  };
}
