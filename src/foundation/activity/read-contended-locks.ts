import type { LockEntry, LockObject } from '../../model/activity.js';
import { type LockMode, lockModes } from '../../model/locks.js';
import type { Row, Session } from '../postgres/session.js';
import { ageSql } from './read-sessions.js';
import { firstUserOid } from './relation-names.js';
import { ageOrNull, numberOrNull, textOrNull } from './row-values.js';

const columns = `l.locktype, l.database::int8 AS database, l.relation::int8 AS relation, l.page, l.tuple, l.virtualxid,
    l.transactionid::text AS xid, l.classid::int8 AS classid, l.objid::int8 AS objid, l.objsubid, l.virtualtransaction,
    l.pid, l.mode, l.granted, ${ageSql('l.waitstart')} AS waited_ms`;

const awaitedSql = `SELECT DISTINCT l.relation::int8 AS relation FROM pg_catalog.pg_lock_status() l WHERE NOT l.granted`;

/** A server can hold hundreds of thousands of relation locks; those of relations that nobody waits for say nothing. */
const contendedSql = `SELECT ${columns} FROM pg_catalog.pg_lock_status() l
  WHERE l.relation IS NULL OR l.relation = ANY ($1::pg_catalog.oid[])`;

/**
 * The locks of everything that somebody waits for, granted and not, of all databases; empty when nobody waits, unless
 * `always` is asked for. Opens no relation, and takes no lock but the lock table's own latches.
 */
export async function readContendedLocks(session: Session, always = false): Promise<readonly LockEntry[]> {
  const awaited = (await session.query(awaitedSql)).rows;
  if (awaited.length === 0 && !always) return [];
  const relations = awaited.flatMap((row) => numberOrNull(row, 'relation') ?? []);
  return readLocksOf(session, relations);
}

async function readLocksOf(session: Session, relations: readonly number[]): Promise<readonly LockEntry[]> {
  const { rows } = await session.query(contendedSql, [relations]);
  return rows.filter(isKnownMode).map(toLockEntry);
}

/** A lock that a backend has on a relation which is no catalog. */
export interface HeldLock {
  readonly oid: number;
  readonly mode: LockMode;
}

const awaitedAndHeldSql = `SELECT DISTINCT l.relation::int8 AS relation, CASE WHEN l.granted THEN l.mode END AS held
  FROM pg_catalog.pg_lock_status() l
  WHERE NOT l.granted OR (l.pid = $1 AND l.locktype = 'relation' AND l.relation >= ${firstUserOid})`;

/**
 * The locks of everything that somebody waits for, and beside them those that one backend has: every look at the lock table
 * stops each part of it for a moment, so one look answers both.
 */
export async function readLocksAround(
  session: Session,
  pid: number,
): Promise<{ readonly contended: readonly LockEntry[]; readonly held: readonly HeldLock[] }> {
  const { rows } = await session.query(awaitedAndHeldSql, [pid]);
  const awaited = rows.filter((row) => row['held'] === null);
  const held = rows.flatMap((row): HeldLock[] => {
    const mode = lockModes.find((known) => known === row['held']);
    return mode === undefined ? [] : [{ oid: Number(row['relation']), mode }];
  });
  if (awaited.length === 0) return { contended: [], held };
  const relations = awaited.flatMap((row) => numberOrNull(row, 'relation') ?? []);
  return { contended: await readLocksOf(session, relations), held };
}

/** The locks on all relations of one database, and with them the ids of prepared transactions. Opens no relation. */
export async function readRelationLocks(session: Session, databaseOid: number): Promise<readonly LockEntry[]> {
  const sql = `SELECT ${columns} FROM pg_catalog.pg_lock_status() l 
    WHERE l.relation IS NOT NULL AND l.database = $1::pg_catalog.oid OR l.pid IS NULL AND l.transactionid IS NOT NULL`;
  const { rows } = await session.query(sql, [databaseOid]);
  return rows.filter(isKnownMode).map(toLockEntry);
}

/** SIReadLock, of serializable transactions, stops nobody. */
function isKnownMode(row: Row): boolean {
  return (lockModes as readonly string[]).includes(String(row['mode']));
}

function toLockEntry(row: Row): LockEntry {
  return {
    object: toLockObject(row),
    pid: numberOrNull(row, 'pid'),
    virtualTransaction: String(row['virtualtransaction']),
    mode: String(row['mode']) as LockMode,
    granted: row['granted'] === true,
    waitedMs: ageOrNull(row, 'waited_ms'),
  };
}

function toLockObject(row: Row): LockObject {
  return {
    type: String(row['locktype']),
    databaseOid: numberOrNull(row, 'database') || null,
    relationOid: numberOrNull(row, 'relation'),
    page: numberOrNull(row, 'page'),
    tuple: numberOrNull(row, 'tuple'),
    virtualXid: textOrNull(row, 'virtualxid'),
    xid: textOrNull(row, 'xid'),
    classOid: numberOrNull(row, 'classid'),
    objectOid: numberOrNull(row, 'objid'),
    subId: numberOrNull(row, 'objsubid'),
  };
}
