import type { ObjectKey, SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { ConnectionTarget } from '../../postgres/connection-target.js';
import type { Session } from '../../postgres/session.js';
import { canonicalJson } from '../../records/canonical-json.js';
import { RowDecoder } from './decode-rows.js';
import type { UnconnectedObject } from './dependencies.js';
import { PreparedQueries } from './prepared-queries.js';
import { nextReading, type Reading, type ReadObject, wholeReading } from './reading.js';
import { readPositions, type SequencePositions } from './sequence-positions.js';
import { changedBuckets, type Stamps } from './stamps.js';

export interface SnapshotOptions {
  /** False leaves `dependsOn` empty, or as it was: to compare with another, nobody needs it. */
  readonly dependencies?: boolean;
  /**
   * Somebody will go on from this snapshot: it is noted of which rows of the catalogs it tells. That takes a superuser,
   * and a database that nobody else changes in the meantime; without, the next is read whole too.
   */
  readonly followed?: boolean;
  /** A followed snapshot of this database, or of the one that this is a copy of: only what changed since is read. */
  readonly earlier?: SchemaSnapshot;
  /** Sequences that may stand elsewhere than in `earlier`; all when it is left out. */
  readonly moved?: ReadonlySet<string>;
}

/**
 * Everything that migrations made in the session's database, as its session sees it: its own open transaction's changes
 * too. One statement reads it all, so no part tells of what another does not know; a second reads where sequences stand.
 * Definitions do not depend on the session's settings, and these are as before. An open transaction stays open and keeps
 * no lock of the reading. Relations are opened under ACCESS SHARE: that waits for whoever holds an ACCESS EXCLUSIVE lock,
 * and fails with 55P03 when the session has a lock_timeout.
 */
export async function readSnapshot(session: Session, options: SnapshotOptions = {}): Promise<SchemaSnapshot> {
  return PreparedQueries.use(session, async (queries) => {
    const { earlier, followed = earlier !== undefined, dependencies: connected = true } = options;
    // Read first: what changes in between is then read again the next time.
    const stamps = followed ? await queries.stamps() : null;
    const known = earlier === undefined ? undefined : readings.get(earlier);
    const next = known === undefined ? null : await readChanges(queries, known, { stamps, connected });
    const found = next ?? (await readWhole(queries, session.target, { stamps, connected }));
    const moved = next === null ? null : (options.moved ?? null);
    const reading = { ...found.reading, read: await placeSequences(session, found.reading, moved) };
    queries.seen(reading.read.length);
    const snapshot = { major: reading.major, objects: reading.read.map(({ object }) => object) };
    readings.set(snapshot, reading);
    const reader = found.reader ?? (earlier === undefined ? null : readerOf(earlier));
    if (reader !== null) readers.set(snapshot, reader);
    return snapshot;
  });
}

interface Found {
  readonly reading: Reading;
  readonly reader: string | null;
}

interface Wanted {
  readonly stamps: Stamps | null;
  readonly connected: boolean;
}

async function readWhole(queries: PreparedQueries, target: ConnectionTarget, wanted: Wanted): Promise<Found> {
  const { major } = queries;
  const answer = await queries.snapshot({ connected: wanted.connected, buckets: null, rare: true });
  const decoder = decoders.get(target)?.major === major ? decoders.get(target) : undefined;
  const used = decoder ?? new RowDecoder(major);
  decoders.set(target, used);
  return { reading: wholeReading(answer, { major, ...wanted, decoder: used }), reader: answer.reader };
}

/** Null where the earlier reading does not do, or what names in definitions hang on has changed. */
async function readChanges(
  queries: PreparedQueries,
  earlier: Reading,
  { stamps, connected }: Wanted,
): Promise<Found | null> {
  if (stamps === null || earlier.stamps === null || earlier.stamps.rare !== stamps.rare) return null;
  if (connected && !earlier.connected) return null;
  const buckets = changedBuckets(earlier.stamps, stamps);
  if (buckets.size === 0) return { reading: { ...earlier, stamps }, reader: null };
  const rare = earlier.read.some(({ row }) => row.isRare && buckets.has(row.bucket));
  const answer = await queries.snapshot({ connected, buckets, rare });
  const reading = nextReading(earlier, { answer, buckets, stamps, connected });
  return reading === null ? null : { reading, reader: answer.reader };
}

/** By where it was read: what comes next is mostly the same, and need not be decoded again. */
const decoders = new WeakMap<ConnectionTarget, RowDecoder>();

const readings = new WeakMap<SchemaSnapshot, Reading>();

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
  const reading = readings.get(snapshot);
  if (reading === undefined) return null;
  const addresses =
    addressesBySnapshot.get(snapshot) ?? new Map(reading.read.map(({ row }) => [row.key, row.place] as const));
  addressesBySnapshot.set(snapshot, addresses);
  return addresses;
}

/** Sequences with the facts that they had last. */
const lastPlaced = new WeakMap<UnconnectedObject, SnapshotObject['facts']>();

/** With the positions of sequences: of those that may have moved, all where that is null, and of those that are new. */
async function placeSequences(
  session: Session,
  { read, sequences }: Reading,
  moved: ReadonlySet<string> | null,
): Promise<Reading['read']> {
  const isAsked = ({ object: { kind, identity, facts } }: ReadObject): boolean =>
    kind === 'sequence' &&
    sequences.has(identity) &&
    (moved === null || moved.has(identity) || facts.position['lastValue'] === undefined);
  const asked = read.filter(isAsked).map(({ object }) => object.identity);
  if (asked.length === 0) return read;
  const positions = await readPositions(session, asked);
  return read.map((one) => (isAsked(one) ? withPosition(one, positions) : one));
}

/** The very same facts as long as the sequence did not move. */
function withPosition({ row, object }: ReadObject, positions: SequencePositions): ReadObject {
  const position = positions.get(object.identity) ?? {};
  const last = lastPlaced.get(row.object);
  const isSame = last !== undefined && canonicalJson(last.position) === canonicalJson(position);
  const facts = isSame ? last : { ...row.object.facts, position };
  lastPlaced.set(row.object, facts);
  return { row, object: facts === object.facts ? object : { ...object, facts } };
}
