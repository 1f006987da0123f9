import { facets, type Facet, type ObjectKey, type SchemaSnapshot } from '../../../model/schema-snapshot.js';
import type { JsonValue } from '../../../model/json.js';
import type { Row, Session } from '../../postgres/session.js';
import {
  byCode,
  catalogsSql,
  connectObjects,
  Dependencies,
  edgesSql,
  keyOf,
  placeOf,
  type UnconnectedObject,
} from './dependencies.js';
import { snapshotKinds } from './kinds/index.js';
import { pinSettingsSql } from './pinned-settings.js';
import { snapshotScopeSql } from './scope.js';
import { readableSequencesSql, readPositions, type SequencePositions } from './sequence-positions.js';
import type { Facts, SnapshotKind, SnapshotRow } from './snapshot-kind.js';

const savepoint = 'lockkeeper_snapshot';
const statement = 'lockkeeper_snapshot';

/**
 * Everything that migrations made in the session's database, as its session sees it: its own open transaction's changes
 * too. One statement reads it all, so no part tells of what another does not know; a second reads where sequences stand.
 * Definitions do not depend on the session's settings, and these are as before. An open transaction stays open and keeps
 * no lock of the reading. Relations are opened under ACCESS SHARE: that waits for whoever holds an ACCESS EXCLUSIVE lock,
 * and fails with 55P03 when the session has a lock_timeout.
 */
export async function readSnapshot(session: Session): Promise<SchemaSnapshot> {
  try {
    return await readInside(session);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    // DISCARD, or a pooler that gave the session another server connection, took the statement away.
    if (code === statementMissing && prepared.delete(session)) return await readInside(session);
    // A reading that failed after it was prepared left it.
    if (code !== statementExists) throw error;
    await session.query(`DEALLOCATE ${statement}`);
    return await readInside(session);
  }
}

async function readInside(session: Session): Promise<SchemaSnapshot> {
  if (session.transactionStatus !== 'open') return await readAll(session, pinSettingsSql);
  try {
    return await readAll(session, `SAVEPOINT ${savepoint}; ${pinSettingsSql}`);
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

async function readAll(session: Session, first: string): Promise<SchemaSnapshot> {
  const plan = prepared.get(session);
  const major = plan?.major ?? (await readMajor(session));
  const outgrown = plan !== undefined && isOutgrown(plan);
  // Prepared under the pinned search path: the plan would otherwise not outlive the setting.
  const prepare = plan === undefined || outgrown ? `PREPARE ${statement} AS ${snapshotSql(major)};` : '';
  const drop = outgrown ? `DEALLOCATE ${statement};` : '';
  const { rows } = await session.query(`${first}; ${drop} ${prepare} EXECUTE ${statement}`);
  const answer = rows[0] ?? {};
  const positions = await readPositions(session, (answer['sequences'] ?? []) as readonly string[]);
  const addresses = new Map<ObjectKey, string>();
  const snapshot = { major, objects: toObjects(answer, { major, positions, addresses }) };
  addressesBySnapshot.set(snapshot, addresses);
  const count = snapshot.objects.length;
  prepared.set(session, {
    major,
    plannedFor: plan === undefined || outgrown ? count : plan.plannedFor,
    lastSeen: count,
  });
  return snapshot;
}

const addressesBySnapshot = new WeakMap<SchemaSnapshot, ReadonlyMap<ObjectKey, string>>();

/**
 * Where the server keeps each object of a snapshot that was just read: catalog, OID, column number. Two snapshots of one
 * database tell by it what was only renamed. Null for a snapshot that comes from elsewhere.
 */
export function addressesOf(snapshot: SchemaSnapshot): ReadonlyMap<ObjectKey, string> | null {
  return addressesBySnapshot.get(snapshot) ?? null;
}

interface ReadingContext {
  readonly major: number;
  readonly positions: SequencePositions;
  /** Is filled. */
  readonly addresses: Map<ObjectKey, string>;
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
    return sql === null ? [] : [`(SELECT pg_catalog.json_agg(part) FROM (${sql}) part) AS k${at}`];
  });
  const all = [
    ...parts,
    `(${edgesSql}) AS edges`,
    `(${catalogsSql}) AS catalogs`,
    `(${readableSequencesSql}) AS sequences`,
  ];
  const sql = `WITH ${snapshotScopeSql}\nSELECT ${all.join(',\n')}`;
  queries.set(major, sql);
  return sql;
}

function toObjects(answer: Row, context: ReadingContext): SchemaSnapshot['objects'] {
  const dependencies = new Dependencies(
    answer['edges'] as string | null,
    answer['catalogs'] as Readonly<Record<string, string>>,
  );
  const read = snapshotKinds.flatMap((kind, at) =>
    ((answer[`k${at}`] ?? []) as readonly SnapshotRow[])
      .filter((row) => !dependencies.isMember(row))
      .map((row) => ({ row, object: toObject(kind, row, context) })),
  );
  const kept = withoutOrphans(read);
  for (const { row, object } of kept) {
    dependencies.name(row, keyOf(object));
    context.addresses.set(keyOf(object), placeOf(row));
  }
  return connectObjects(
    kept.map(({ object }) => object),
    dependencies,
  ).toSorted((left, right) => byCode(keyOf(left), keyOf(right)));
}

function toObject(kind: SnapshotKind, row: SnapshotRow, { major, positions }: ReadingContext): UnconnectedObject {
  const parent = kind.parent?.(row) ?? null;
  const position = kind.kind === 'sequence' ? positions.get(row.identity) : undefined;
  const facts: Facts = { ...kind.facts(row, major), ...(position === undefined ? {} : { position }) };
  return {
    kind: kind.kind,
    identity: row.identity,
    parent: parent === null ? null : keyOf(parent),
    facts: Object.fromEntries(facets.map((facet) => [facet, facts[facet] ?? {}])) as Readonly<
      Record<Facet, Readonly<Record<string, JsonValue>>>
    >,
  };
}

interface ReadObject {
  readonly row: SnapshotRow;
  readonly object: UnconnectedObject;
}

/** Parts of what an extension brought are no member of it themselves, but go with it. */
function withoutOrphans(read: readonly ReadObject[]): readonly ReadObject[] {
  const keys = new Set<string>();
  for (const { object } of read) {
    const key = keyOf(object);
    if (keys.has(key)) throw new Error(`the catalog holds two objects by one identity: ${key}`);
    keys.add(key);
  }
  return read.filter(({ object: { parent } }) => parent === null || keys.has(parent));
}
