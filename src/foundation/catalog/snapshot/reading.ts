import type { ObjectKey, SnapshotObject } from '../../../model/schema-snapshot.js';
import type { DecodedRow, RowDecoder } from './decode-rows.js';
import { type Address, byCode, connectObjects, type Edges, isMember, type Place, toEdges } from './dependencies.js';
import { usualCatalogs } from './scope.js';
import type { SnapshotAnswer } from './snapshot-query.js';
import type { Stamps } from './stamps.js';

/** One object with the row that tells of it. */
export interface ReadObject {
  readonly row: DecodedRow;
  readonly object: SnapshotObject;
}

/** What is known of a database behind a snapshot, so that the next one needs only what changed. */
export interface Reading {
  readonly major: number;
  /** Null where nobody is to go on from here. */
  readonly stamps: Stamps | null;
  readonly catalogs: Readonly<Record<string, string>>;
  /** By key. Sequences without their positions, unless they have them from an earlier reading. */
  readonly read: readonly ReadObject[];
  /** By bucket; of the members of extensions only, where `connected` is false. */
  readonly edges: Edges;
  readonly connected: boolean;
  /** Identities of sequences whose positions can be read. */
  readonly sequences: ReadonlySet<string>;
  readonly decoder: RowDecoder;
}

export interface ReadingOptions {
  readonly major: number;
  readonly stamps: Stamps | null;
  readonly connected: boolean;
  readonly decoder: RowDecoder;
}

/** Everything, from an answer that has everything. */
export function wholeReading(answer: SnapshotAnswer, options: ReadingOptions): Reading {
  const catalogs = answer.catalogs ?? {};
  const edges = toEdges(answer.edges, catalogs);
  const rows = options.decoder
    .decode(answer.texts, true)
    .filter(({ place }) => !isMember(edges, place))
    .toSorted(byKey);
  const kept = withoutOrphans(rows, []);
  const addresses = [...edges.values()].flatMap((bucket) => [...bucket.keys()]);
  const read = options.connected ? connect(kept, kept, { edges, addresses }) : kept.map(unconnected);
  const { major, stamps, connected, decoder } = options;
  return { major, stamps, catalogs, read, edges, connected, sequences: new Set(answer.sequences), decoder };
}

/** The part of an answer that has to take the place of what an earlier reading tells. */
export interface ChangedPart {
  readonly answer: SnapshotAnswer;
  readonly buckets: ReadonlySet<string>;
  readonly stamps: Stamps;
  readonly connected: boolean;
}

/** An earlier reading with what changed since; null where the two do not fit together. */
export function nextReading(earlier: Reading, { answer, buckets, stamps, connected }: ChangedPart): Reading | null {
  const { major, catalogs, decoder } = earlier;
  const wanted = new Set(answer.wanted);
  const isGone = ({ row }: ReadObject): boolean =>
    buckets.has(row.bucket) || wanted.has(row.address) || (answer.rare && row.isRare);
  const fresh = toEdges(answer.edges, catalogs);
  const edges = withBuckets(earlier.edges, fresh, buckets);
  const kept = earlier.read.filter((one) => !isGone(one));
  const rows = decoder
    .decode(answer.texts, false)
    .filter(({ place }) => !isMember(edges, place))
    .toSorted(byKey);
  // What none of its own rows tells to be gone has to be there again.
  const there = new Set(rows.map(({ key }) => key));
  const isLost = ({ row }: ReadObject): boolean => !buckets.has(row.bucket) && !row.isRare && !there.has(row.key);
  if (earlier.read.some((one) => isGone(one) && isLost(one) && !isRenamed(one, rows))) return null;
  const young = withoutOrphans(rows, kept);
  const addresses = new Set([
    ...wanted,
    ...[...fresh.values()].flatMap((bucket) => [...bucket.keys()]),
    ...young.map(({ address }) => address),
    ...(answer.rare ? rareAddresses(edges) : []),
  ]);
  const all = connected ? [...kept.map(({ row }) => row), ...young] : [];
  const read = connected ? connect(all, young, { edges, addresses }) : young.map(unconnected);
  return {
    major,
    stamps,
    catalogs,
    read: merge(kept, read),
    edges,
    connected: connected && earlier.connected,
    sequences: new Set([...sequencesOf(kept, earlier.sequences), ...answer.sequences]),
    decoder,
  };
}

/** By the same place under another name, which may come from what it is a part of. */
function isRenamed({ row }: ReadObject, rows: readonly DecodedRow[]): boolean {
  return rows.some(({ place }) => place === row.place);
}

function withBuckets(edges: Edges, fresh: Edges, buckets: ReadonlySet<string>): Edges {
  const all = new Map(edges);
  for (const bucket of buckets) all.delete(bucket);
  for (const [bucket, addresses] of fresh) all.set(bucket, addresses);
  return all;
}

/** Inner parts of objects of rare kinds are nobody's own. */
function rareAddresses(edges: Edges): readonly Address[] {
  const usual = new Set<string>(usualCatalogs);
  return [...edges.values()].flatMap((bucket) =>
    [...bucket.keys()].filter((address) => !usual.has(address.slice(0, address.indexOf(' ')))),
  );
}

function sequencesOf(kept: readonly ReadObject[], readable: ReadonlySet<string>): readonly string[] {
  return kept.flatMap(({ object: { kind, identity } }) =>
    kind === 'sequence' && readable.has(identity) ? [identity] : [],
  );
}

function merge(left: readonly ReadObject[], right: readonly ReadObject[]): readonly ReadObject[] {
  const merged: ReadObject[] = [];
  let at = 0;
  for (const one of left) {
    for (let other = right[at]; other !== undefined && other.row.key < one.row.key; other = right[at]) {
      merged.push(other);
      at += 1;
    }
    if (right[at]?.row.key === one.row.key) throw new Error(`two readings tell of ${one.row.key}`);
    merged.push(one);
  }
  merged.push(...right.slice(at));
  return merged;
}

function byKey(left: DecodedRow, right: DecodedRow): number {
  return byCode(left.key, right.key);
}

function unconnected(row: DecodedRow): ReadObject {
  return { row, object: { ...row.object, dependsOn: [] } };
}

/** Of the rows to connect; all of them tell what there is. */
function connect(
  all: readonly DecodedRow[],
  rows: readonly DecodedRow[],
  { edges, addresses }: { readonly edges: Edges; readonly addresses: Iterable<Address> },
): readonly ReadObject[] {
  const keys = new Map<Place, ObjectKey>();
  const parents = new Map<ObjectKey, ObjectKey>();
  for (const { place, key, object } of all) {
    keys.set(place, key);
    if (object.parent !== null) parents.set(key, object.parent);
  }
  const connection = { edges, keys, parents, addresses };
  const objects = connectObjects(
    rows.map(({ object }) => object),
    connection,
  );
  return rows.map((row, at) => ({ row, object: objects[at] as SnapshotObject }));
}

/** Parts of what an extension brought are no member of it themselves, but go with it. */
function withoutOrphans(rows: readonly DecodedRow[], kept: readonly ReadObject[]): readonly DecodedRow[] {
  const keys = new Set<ObjectKey>();
  for (const { key } of rows) {
    if (keys.has(key)) throw new Error(`the catalog holds two objects by one identity: ${key}`);
    keys.add(key);
  }
  const isThere = ({ object: { parent } }: DecodedRow): boolean => parent === null || keys.has(parent);
  if (rows.every(isThere)) return rows;
  for (const { row } of kept) keys.add(row.key);
  return rows.filter(isThere);
}
