import type { JsonValue } from '../../../model/json.js';
import { objectKey, type SchemaSnapshot, type SnapshotObject } from '../../../model/schema-snapshot.js';
import type { PartKind, Piece, PieceFacts } from './piece.js';
import { ownName } from './sql-names.js';

/** A type's like is needed by the column itself; everything else that a column needs, its default needs. */
const neededByValues =
  /^(?:type|domain|composite type|table|view|materialized view|foreign table|collation|extension|column) /;

/** The pieces of a snapshot: its objects, and apart from them what would tie them into circles. */
export function piecesOf({ objects }: SchemaSnapshot): readonly Piece[] {
  const columns = new Map<string, string[]>();
  for (const { kind, identity, parent } of objects) {
    if (kind !== 'column' || parent === null) continue;
    const known = columns.get(parent);
    if (known === undefined) columns.set(parent, [objectKey(kind, identity)]);
    else known.push(objectKey(kind, identity));
  }
  return objects.flatMap((object) => {
    if (object.kind === 'column') return columnPieces(object);
    if (object.kind === 'sequence') return sequencePieces(object);
    if (object.kind === 'table' || object.kind === 'foreign table') return tablePieces(object, columns);
    if (object.kind === 'index') return indexPieces(object);
    return [whole(object)];
  });
}

function whole(object: SnapshotObject, without: readonly string[] = []): Piece {
  const { kind, identity, parent, facts, dependsOn } = object;
  const all = { ...facts.structure, ...facts.physical, ...facts.position };
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  return {
    kind,
    key: objectKey(kind, identity),
    identity,
    parent,
    facts: own,
    access: facts.access,
    dependsOn,
    object,
  };
}

interface Part {
  readonly kind: PartKind;
  readonly facts: PieceFacts;
  /** What it needs beside its object. */
  readonly dependsOn: readonly string[];
  /** Where an object has several of the kind. */
  readonly suffix?: string;
}

function partOf(object: SnapshotObject, { kind, facts, dependsOn, suffix = '' }: Part): Piece {
  const { identity } = object;
  const parent = objectKey(object.kind, identity);
  const key = `${kind} ${identity}${suffix}`;
  return { kind, key, identity, parent, facts, access: {}, dependsOn: [parent, ...dependsOn], object };
}

function columnPieces(object: SnapshotObject): readonly Piece[] {
  const value = object.facts.structure['default'];
  const column = { ...whole(object, ['default']) };
  if (value === undefined) return [column];
  const own = object.dependsOn.filter((key) => key === object.parent || neededByValues.test(key));
  const part = { kind: 'column default', facts: { default: value }, dependsOn: object.dependsOn } as const;
  return [{ ...column, dependsOn: own }, partOf(object, part)];
}

function sequencePieces(object: SnapshotObject): readonly Piece[] {
  const owner = object.facts.structure['ownedBy'];
  const sequence = whole(object, ['ownedBy']);
  if (typeof owner !== 'string') return [sequence];
  return [
    sequence,
    partOf(object, { kind: 'sequence owner', facts: { ownedBy: owner }, dependsOn: [objectKey('column', owner)] }),
  ];
}

/** An index can be attached only once its table is. The key's index depends on the key, whose part it is. */
function indexPieces(object: SnapshotObject): readonly Piece[] {
  const { partitionOf, madeBy } = object.facts.structure;
  const index = whole(object);
  const own = typeof madeBy === 'string' ? { ...index, dependsOn: [...index.dependsOn, madeBy] } : index;
  if (typeof partitionOf !== 'string') return [own];
  const dependsOn = [
    objectKey('index', partitionOf),
    `partition ${object.parent?.replace(/^(?:foreign )?table /, '') ?? ''}`,
  ];
  const apart = { ...own, dependsOn: own.dependsOn.filter((key) => key !== objectKey('index', partitionOf)) };
  return [apart, partOf(object, { kind: 'index partition', facts: { partitionOf }, dependsOn })];
}

function tablePieces(object: SnapshotObject, columns: ReadonlyMap<string, readonly string[]>): readonly Piece[] {
  const { partitionOf, bound, inherits, ofType } = object.facts.structure;
  const type = typeof ofType === 'string' ? objectKey('composite type', ofType) : null;
  const parents = [partitionOf, ...(Array.isArray(inherits) ? inherits : [])].filter((one) => typeof one === 'string');
  const needed = object.dependsOn.filter(
    (key) => key !== type && !parents.some((parent) => key === objectKey('table', parent)),
  );
  const table: Piece = { ...whole(object, ['partitionOf', 'bound', 'inherits', 'ofType']), dependsOn: needed };
  const parts = parents.map((parent) => {
    const dependsOn = [objectKey('table', parent)];
    if (parent === partitionOf) {
      // What a table gets by being attached it hands on to partitions that are attached to it later.
      dependsOn.push(`partition ${parent}`);
      const facts: Record<string, JsonValue> = { partitionOf: parent, bound: bound ?? null };
      return partOf(object, { kind: 'partition', facts, dependsOn });
    }
    return partOf(object, { kind: 'inheritance', facts: { inherits: parent }, dependsOn, suffix: ` of ${parent}` });
  });
  if (type === null || typeof ofType !== 'string') return [table, ...parts];
  const of = [type, ...(columns.get(type) ?? []), ...(columns.get(objectKey('table', object.identity)) ?? [])];
  return [table, ...parts, partOf(object, { kind: 'table type', facts: { ofType }, dependsOn: of })];
}

/** Keys of the parents' columns that an inherited column comes from. */
export function inheritedFrom(column: Piece, tableOf: (key: string) => Piece | undefined): readonly string[] {
  if (column.facts['inherited'] === undefined || column.parent === null) return [];
  const { partitionOf, inherits } = tableOf(column.parent)?.object.facts.structure ?? {};
  const parents = [partitionOf, ...(Array.isArray(inherits) ? inherits : [])].filter((one) => typeof one === 'string');
  return parents.map((parent) => objectKey('column', `${parent}.${ownName(column.identity)}`));
}
