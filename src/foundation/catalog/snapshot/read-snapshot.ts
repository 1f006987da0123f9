import type { ObjectKey, SchemaSnapshot } from '../../../model/schema-snapshot.js';
import type { ConnectionTarget } from '../../postgres/connection-target.js';
import type { Row, Session } from '../../postgres/session.js';
import { canonicalJson } from '../../records/canonical-json.js';
import { type DecodedRow, type DecodedRows, decodeRows, rowsSql } from './decode-rows.js';
import { byCode, catalogsSql, connectObjects, Dependencies, edgesSql, type UnconnectedObject } from './dependencies.js';
import { snapshotKinds } from './kinds/index.js';
import { pinSettingsSql } from './pinned-settings.js';
import { snapshotScopeSql } from './scope.js';
import { readableSequencesSql, readPositions, type SequencePositions } from './sequence-positions.js';

const savepoint = 'lockkeeper_snapshot';
const statement = 'lockkeeper_snapshot';

export interface SnapshotOptions {
  /** False leaves `dependsOn` empty: to compare with another, nobody needs it. */
  readonly dependencies?: boolean;
}

/**
 * Everything that migrations made in the session's database, as its session sees it: its own open transaction's changes
 * too. One statement reads it all, so no part tells of what another does not know; a second reads where sequences stand.
 * Definitions do not depend on the session's settings, and these are as before. An open transaction stays open and keeps
 * no lock of the reading. Relations are opened under ACCESS SHARE: that waits for whoever holds an ACCESS EXCLUSIVE lock,
 * and fails with 55P03 when the session has a lock_timeout.
 */
export async function readSnapshot(
  session: Session,
  { dependencies = true }: SnapshotOptions = {},
): Promise<SchemaSnapshot> {
  try {
    return await readInside(session, dependencies);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    // DISCARD, or a pooler that gave the session another server connection, took the statement away.
    if (code === statementMissing && prepared.delete(session)) return await readInside(session, dependencies);
    // A reading that failed after it was prepared left it.
    if (code !== statementExists) throw error;
    await session.query(`DEALLOCATE ${statement}`);
    return await readInside(session, dependencies);
  }
}

async function readInside(session: Session, connected: boolean): Promise<SchemaSnapshot> {
  if (session.transactionStatus !== 'open') return await readAll(session, pinSettingsSql, connected);
  try {
    return await readAll(session, `SAVEPOINT ${savepoint}; ${pinSettingsSql}`, connected);
  } finally {
    if (!session.closed) await session.query(`ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`);
  }
}

const statementMissing = '26000';
const statementExists = '42P05';

interface PreparedQuery {
  readonly major: number;
  /** Objects that there were when it was planned, and at the last reading. */
  readonly plannedFor: number;
  readonly lastSeen: number;
}

/** Sessions that hold the query prepared: planning it takes longer than running it on a small schema. */
const prepared = new WeakMap<Session, PreparedQuery>();

/** A plan for a small schema may be a bad one for a large one. */
function isOutgrown({ plannedFor, lastSeen }: PreparedQuery): boolean {
  return lastSeen > 4 * plannedFor + 200;
}

async function readAll(session: Session, first: string, connected: boolean): Promise<SchemaSnapshot> {
  const plan = prepared.get(session);
  const major = plan?.major ?? (await readMajor(session));
  const outgrown = plan !== undefined && isOutgrown(plan);
  // Prepared under the pinned search path: the plan would otherwise not outlive the setting.
  const prepare =
    plan === undefined || outgrown ? `PREPARE ${statement} (pg_catalog.bool) AS ${snapshotSql(major)};` : '';
  const drop = outgrown ? `DEALLOCATE ${statement};` : '';
  const { rows } = await session.query(`${first}; ${drop} ${prepare} EXECUTE ${statement} (${String(connected)})`);
  const answer = rows[0] ?? {};
  const positions = await readPositions(session, (answer['sequences'] ?? []) as readonly string[]);
  const addresses = new Map<ObjectKey, string>();
  const texts = snapshotKinds.map((_, at) => (answer[`k${at}`] ?? null) as string | null);
  const decoded = decodeRows(major, texts, lastReadings.get(session.target));
  lastReadings.set(session.target, decoded);
  const snapshot = { major, objects: toObjects(answer, decoded, { positions, addresses, connected }) };
  addressesBySnapshot.set(snapshot, addresses);
  if (typeof answer['reader'] === 'string') readers.set(snapshot, answer['reader']);
  const count = snapshot.objects.length;
  prepared.set(session, {
    major,
    plannedFor: plan === undefined || outgrown ? count : plan.plannedFor,
    lastSeen: count,
  });
  return snapshot;
}

const readers = new WeakMap<SchemaSnapshot, string>();

/** The role that read a snapshot, as quote_ident writes it; null for one that comes from elsewhere. */
export function readerOf(snapshot: SchemaSnapshot): string | null {
  return readers.get(snapshot) ?? null;
}

const addressesBySnapshot = new WeakMap<SchemaSnapshot, ReadonlyMap<ObjectKey, string>>();

/**
 * Where the server keeps each object of a snapshot that was just read: catalog, OID, column number. Two snapshots of one
 * database tell by it what was only renamed. Null for a snapshot that comes from elsewhere.
 */
export function addressesOf(snapshot: SchemaSnapshot): ReadonlyMap<ObjectKey, string> | null {
  return addressesBySnapshot.get(snapshot) ?? null;
}

/** Sequences with the position that they had last. */
const lastPlaced = new WeakMap<UnconnectedObject, UnconnectedObject>();

/** By where it was read: what comes next is mostly the same, and need not be decoded again. */
const lastReadings = new WeakMap<ConnectionTarget, DecodedRows>();

interface ReadingContext {
  readonly positions: SequencePositions;
  /** Is filled. */
  readonly addresses: Map<ObjectKey, string>;
  readonly connected: boolean;
}

async function readMajor(session: Session): Promise<number> {
  const { rows } = await session.query(
    `SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major`,
  );
  return Number(rows[0]?.['major']);
}

const queries = new Map<number, string>();

function snapshotSql(major: number): string {
  const known = queries.get(major);
  if (known !== undefined) return known;
  const parts = snapshotKinds.flatMap((kind, at) => {
    const sql = typeof kind.sql === 'string' ? kind.sql : kind.sql(major);
    return sql === null ? [] : [`${rowsSql(sql)} AS k${at}`];
  });
  const all = [
    ...parts,
    `(${edgesSql}) AS edges`,
    `(${catalogsSql}) AS catalogs`,
    `(${readableSequencesSql}) AS sequences`,
    `pg_catalog.quote_ident(CURRENT_USER) AS reader`,
  ];
  const sql = `WITH ${snapshotScopeSql}\nSELECT ${all.join(',\n')}`;
  queries.set(major, sql);
  return sql;
}

function toObjects(
  answer: Row,
  rows: DecodedRows,
  { positions, addresses, connected }: ReadingContext,
): SchemaSnapshot['objects'] {
  const dependencies = new Dependencies(
    answer['edges'] as string | null,
    answer['catalogs'] as Readonly<Record<string, string>>,
  );
  const read = rows.kinds
    .flatMap((kind) => [...kind.rows.values()])
    .filter(({ place }) => !dependencies.isMember(place))
    .toSorted((left, right) => byCode(left.key, right.key));
  const kept = withoutOrphans(read);
  for (const { place, key } of kept) addresses.set(key, place);
  const objects = kept.map(({ object }) => withPosition(object, positions));
  return connected
    ? connectObjects(objects, addresses, dependencies)
    : objects.map((object) => ({ ...object, dependsOn: [] }));
}

/** The very same as long as the sequence did not move. */
function withPosition(object: UnconnectedObject, positions: SequencePositions): UnconnectedObject {
  const position = object.kind === 'sequence' ? positions.get(object.identity) : undefined;
  if (position === undefined) return object;
  const last = lastPlaced.get(object);
  if (last !== undefined && canonicalJson(last.facts.position) === canonicalJson(position)) return last;
  const placed = { ...object, facts: { ...object.facts, position } };
  lastPlaced.set(object, placed);
  return placed;
}

/** Parts of what an extension brought are no member of it themselves, but go with it. */
function withoutOrphans(read: readonly DecodedRow[]): readonly DecodedRow[] {
  const keys = new Set<string>();
  for (const { key } of read) {
    if (keys.has(key)) throw new Error(`the catalog holds two objects by one identity: ${key}`);
    keys.add(key);
  }
  return read.filter(({ object: { parent } }) => parent === null || keys.has(parent));
}
