import { type ObjectKey, objectKey, type ObjectKind, type SnapshotObject } from '../../../model/schema-snapshot.js';
import { bucketOf, bucketSql, firstUserOid } from './scope.js';
import type { SnapshotRow } from './snapshot-kind.js';

/**
 * There are many, so they come as one text: letter, then catalog, OID and column of both ends. Only those that tell what
 * belongs to an extension, unless $1 says that all are wanted; of what lies in the buckets ($2), or all.
 */
export const edgesSql = `SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', d.deptype, d.classid, d.objid, d.objsubid,
    d.refclassid, d.refobjid, d.refobjsubid), ',') AS lines
  FROM pg_catalog.pg_depend d
  WHERE ($1 AND d.objid >= ${firstUserOid} OR d.deptype = 'e') AND ($2 IS NULL OR ${bucketSql('d.objid')} = ANY ($2))`;

/** Names of the catalogs by OID, for rows and edges to meet. */
export const catalogsSql = `SELECT pg_catalog.json_object_agg(c.oid, c.relname) AS names FROM pg_catalog.pg_class c
  WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r'`;

/** Catalog, OID and column of one thing that pg_depend speaks of. */
export type Place = string;

export interface Edge {
  readonly letter: string;
  readonly from: Place;
  readonly to: Place;
}

export function placeOf({ classid, objid, objsubid }: SnapshotRow): Place {
  return `${classid} ${objid} ${objsubid}`;
}

/** Catalog and OID: what the edges of a thing and of its columns are found by. */
export type Address = string;

export function addressOf(place: Place): Address {
  return place.slice(0, place.lastIndexOf(' '));
}

/** What each thing depends on, by bucket and address. */
export type Edges = ReadonlyMap<string, ReadonlyMap<Address, readonly Edge[]>>;

export function toEdges(lines: string | null, catalogs: Readonly<Record<string, string>>): Edges {
  const edges = new Map<string, Map<Address, Edge[]>>();
  for (const line of (lines ?? '').split(',')) {
    const [letter, classid, objid, objsubid, refclassid, refobjid, refobjsubid] = line.split(' ');
    if (letter === undefined || classid === undefined || objid === undefined || refclassid === undefined) continue;
    const address = `${catalogs[classid] ?? classid} ${objid}`;
    const to = `${catalogs[refclassid] ?? refclassid} ${refobjid} ${refobjsubid}`;
    const bucket = edges.get(bucketOf(objid)) ?? new Map<Address, Edge[]>();
    edges.set(bucketOf(objid), bucket);
    bucket.set(address, [...(bucket.get(address) ?? []), { letter, from: `${address} ${objsubid}`, to }]);
  }
  return edges;
}

function edgesFrom(edges: Edges, address: Address): readonly Edge[] {
  return edges.get(bucketOf(address.slice(address.indexOf(' ') + 1)))?.get(address) ?? [];
}

/** Whether an extension brought it. */
export function isMember(edges: Edges, place: Place): boolean {
  return edgesFrom(edges, addressOf(place)).some(({ letter, from }) => letter === 'e' && from === wholeOf(place));
}

/** What stands for a thing that is no object of its own, the surest first: its extension, its owner, what it goes with. */
const ownership = ['e', 'i', 'P', 'S', 'a'];

function wholeOf(place: Place): Place {
  return `${addressOf(place)} 0`;
}

/** pg_depend of one database, with the objects of a snapshot in mind. */
class Dependencies {
  readonly #edges: Edges;
  readonly #keys: ReadonlyMap<Place, ObjectKey>;

  constructor(edges: Edges, keys: ReadonlyMap<Place, ObjectKey>) {
    this.#edges = edges;
    this.#keys = keys;
  }

  /** What may stand for the thing at a place: the first of the surest. */
  #owner(place: Place): Edge | undefined {
    let found: Edge | undefined;
    let best = ownership.length;
    for (const edge of edgesFrom(this.#edges, addressOf(place))) {
      const rank = edge.from === place ? ownership.indexOf(edge.letter) : -1;
      if (rank >= 0 && rank < best) [found, best] = [edge, rank];
    }
    return found;
  }

  /** The object that a thing is, or is an inner part of: an array's element type, a default's column. */
  #resolve(place: Place, depth = 0): ObjectKey | null {
    const key = this.#keys.get(place);
    if (key !== undefined) return key;
    const owner = this.#owner(place) ?? this.#owner(wholeOf(place));
    if (owner !== undefined && owner.to !== place && depth < 20) return this.#resolve(owner.to, depth + 1);
    return wholeOf(place) === place ? null : this.#resolve(wholeOf(place), depth + 1);
  }

  /** By key, the keys of what has to be there before it; of what lies at the addresses. */
  graph(
    addresses: Iterable<Address>,
    parents: ReadonlyMap<ObjectKey, ObjectKey>,
  ): ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>> {
    const graph = new Map<ObjectKey, Set<ObjectKey>>();
    for (const address of addresses) {
      for (const { letter, from, to } of edgesFrom(this.#edges, address)) {
        if (letter === 'e') continue;
        const dependent = this.#resolve(from);
        const on = this.#resolve(to);
        if (dependent === null || on === null || isPartOf(on, dependent, parents)) continue;
        if (letter === 'a' && isOwnedSequence(dependent, on)) continue;
        const known = graph.get(dependent);
        if (known === undefined) graph.set(dependent, new Set([on]));
        else known.add(on);
      }
    }
    return graph;
  }
}

/** A sequence is made before the column whose default names it, and only then given to it. */
function isOwnedSequence(dependent: ObjectKey, on: ObjectKey): boolean {
  return dependent.startsWith(objectKey('sequence', '')) && on.startsWith(objectKey('column', ''));
}

function isPartOf(part: ObjectKey, whole: ObjectKey, parents: ReadonlyMap<ObjectKey, ObjectKey>): boolean {
  for (let key: ObjectKey | undefined = part; key !== undefined; key = parents.get(key)) if (key === whole) return true;
  return false;
}

/** An object as far as its own query tells. */
export type UnconnectedObject = Omit<SnapshotObject, 'dependsOn'>;

export function keyOf({ kind, identity }: { readonly kind: ObjectKind; readonly identity: string }): ObjectKey {
  return objectKey(kind, identity);
}

export interface Connection {
  readonly edges: Edges;
  /** Of all objects, by their places. */
  readonly keys: ReadonlyMap<Place, ObjectKey>;
  /** Of all objects, by their keys. */
  readonly parents: ReadonlyMap<ObjectKey, ObjectKey>;
  /** Of everything that belongs to the objects to connect. */
  readonly addresses: Iterable<Address>;
}

/** Adds to each what has to be there before it, its parent included; what belongs to nothing that is here is left out. */
export function connectObjects(
  objects: readonly UnconnectedObject[],
  { edges, keys, parents, addresses }: Connection,
): readonly SnapshotObject[] {
  const graph = new Dependencies(edges, keys).graph(addresses, parents);
  return objects.map((object) => {
    const on = new Set(graph.get(keyOf(object)));
    if (object.parent !== null) on.add(object.parent);
    return { ...object, dependsOn: [...on].toSorted(byCode) };
  });
}

export function byCode(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
