import { type ObjectKey, objectKey, type ObjectKind, type SnapshotObject } from '../../../model/schema-snapshot.js';
import { firstUserOid } from './scope.js';
import type { SnapshotRow } from './snapshot-kind.js';

/**
 * There are many, so they come as one text: letter, then catalog, OID and column of both ends. Only those that tell what
 * belongs to an extension, unless $1 says that all are wanted.
 */
export const edgesSql = `SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', d.deptype, d.classid, d.objid, d.objsubid,
    d.refclassid, d.refobjid, d.refobjsubid), ',') AS lines
  FROM pg_catalog.pg_depend d WHERE $1 AND d.objid >= ${firstUserOid} OR d.deptype = 'e'`;

/** Names of the catalogs by OID, for rows and edges to meet. */
export const catalogsSql = `SELECT pg_catalog.json_object_agg(c.oid, c.relname) AS names FROM pg_catalog.pg_class c
  WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r'`;

/** Catalog, OID and column of one thing that pg_depend speaks of. */
export type Place = string;

interface Edge {
  readonly letter: string;
  readonly from: Place;
  readonly to: Place;
}

export function placeOf({ classid, objid, objsubid }: SnapshotRow): Place {
  return `${classid} ${objid} ${objsubid}`;
}

function toEdges(lines: string | null, catalogs: Readonly<Record<string, string>>): readonly Edge[] {
  return (lines ?? '').split(',').flatMap((line) => {
    const [letter, classid, objid, objsubid, refclassid, refobjid, refobjsubid] = line.split(' ');
    if (letter === undefined || classid === undefined || refclassid === undefined) return [];
    const from = `${catalogs[classid] ?? classid} ${objid} ${objsubid}`;
    return { letter, from, to: `${catalogs[refclassid] ?? refclassid} ${refobjid} ${refobjsubid}` };
  });
}

/** What stands for a thing that is no object of its own, the surest first: its extension, its owner, what it goes with. */
const ownership = ['e', 'i', 'P', 'S', 'a'];

function wholeOf(place: Place): Place {
  return place.replace(/ \d+$/, ' 0');
}

/** pg_depend of one database, read with the objects of a snapshot in mind. */
export class Dependencies {
  readonly #edges: readonly Edge[];
  readonly #members: ReadonlySet<Place>;
  /** By the place of what belongs to it, what may stand for that. */
  readonly #owners = new Map<Place, Edge>();

  constructor(lines: string | null, catalogs: Readonly<Record<string, string>>) {
    this.#edges = toEdges(lines, catalogs);
    this.#members = new Set(this.#edges.filter(({ letter }) => letter === 'e').map(({ from }) => from));
    for (const edge of this.#edges) {
      const rank = ownership.indexOf(edge.letter);
      const known = this.#owners.get(edge.from);
      if (rank >= 0 && (known === undefined || rank < ownership.indexOf(known.letter)))
        this.#owners.set(edge.from, edge);
    }
  }

  /** Whether an extension brought it. */
  isMember(place: Place): boolean {
    return this.#members.size > 0 && this.#members.has(wholeOf(place));
  }

  /** The object that a thing is, or is an inner part of: an array's element type, a default's column. */
  #resolve(place: Place, keys: ReadonlyMap<Place, ObjectKey>, depth = 0): ObjectKey | null {
    const key = keys.get(place);
    if (key !== undefined) return key;
    const owner = this.#owners.get(place) ?? this.#owners.get(wholeOf(place));
    if (owner !== undefined && owner.to !== place && depth < 20) return this.#resolve(owner.to, keys, depth + 1);
    return wholeOf(place) === place ? null : this.#resolve(wholeOf(place), keys, depth + 1);
  }

  /** By key, the keys of what has to be there before it; of the objects that there are, by their places. */
  graph(
    keys: ReadonlyMap<Place, ObjectKey>,
    parents: ReadonlyMap<ObjectKey, ObjectKey>,
  ): ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>> {
    const graph = new Map<ObjectKey, Set<ObjectKey>>();
    for (const { letter, from, to } of this.#edges) {
      if (letter === 'e') continue;
      const dependent = this.#resolve(from, keys);
      const on = this.#resolve(to, keys);
      if (dependent === null || on === null || isPartOf(on, dependent, parents)) continue;
      if (letter === 'a' && isOwnedSequence(dependent, on)) continue;
      const known = graph.get(dependent);
      if (known === undefined) graph.set(dependent, new Set([on]));
      else known.add(on);
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

/** Adds to each what has to be there before it, its parent included; what belongs to nothing that is here is left out. */
export function connectObjects(
  objects: readonly UnconnectedObject[],
  addresses: ReadonlyMap<ObjectKey, Place>,
  dependencies: Dependencies,
): readonly SnapshotObject[] {
  const parents = new Map(
    objects.flatMap((object) => (object.parent === null ? [] : [[keyOf(object), object.parent]])),
  );
  const keys = new Map([...addresses].map(([key, place]) => [place, key]));
  const graph = dependencies.graph(keys, parents);
  return objects.map((object) => {
    const on = new Set(graph.get(keyOf(object)));
    if (object.parent !== null) on.add(object.parent);
    return { ...object, dependsOn: [...on].toSorted(byCode) };
  });
}

export function byCode(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
