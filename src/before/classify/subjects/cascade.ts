import { droppedWith } from '../../../foundation/effects/definition/dropped-with.js';
import { objectGraphOf } from '../../../foundation/effects/definition/object-graph.js';
import type { SchemaGraph } from '../../../foundation/effects/schema-graph.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { ObjectAddress } from '../../../model/schema.js';

/** What goes along only because of CASCADE, each with its kind; parts of the objects themselves are left out. */
export function describeCascade(targets: readonly ObjectAddress[], graph: SchemaGraph): readonly string[] {
  const own = new Set(ownParts(targets, graph).map(keyOf));
  const dropped = droppedWith(targets, graph);
  const along = dropped.filter(
    (address) =>
      !own.has(keyOf(address)) && !own.has(keyOf({ ...address, column: 0 })) && !isPartOf(address, dropped, graph),
  );
  return [...new Set(along.flatMap((address) => describe(address, graph) ?? []))].sort();
}

/** Triggers of a foreign key and the like: they are named by what they are a part of. */
function isPartOf(address: ObjectAddress, dropped: readonly ObjectAddress[], graph: SchemaGraph): boolean {
  const wholes = objectGraphOf(graph.schema)
    .dependenciesOf(address)
    .filter(({ kind }) => kind === 'internal');
  return wholes.some(({ on }) => dropped.some(({ catalog, oid }) => catalog === on.catalog && oid === on.oid));
}

const freeKinds: ReadonlySet<string> = new Set(['auto', 'internal', 'partition', 'extension']);

/** What a drop takes with it without being told to: indexes, defaults, owned sequences, partitions. */
function ownParts(targets: readonly ObjectAddress[], graph: SchemaGraph): readonly ObjectAddress[] {
  const objects = objectGraphOf(graph.schema);
  const found = new Map<string, ObjectAddress>();
  const waiting = [...targets];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (found.has(keyOf(address))) continue;
    found.set(keyOf(address), address);
    const parts = objects.dependentsOf(address).filter(({ kind }) => freeKinds.has(kind));
    waiting.push(...parts.map(({ dependent }) => dependent));
  }
  return [...found.values()];
}

function keyOf({ catalog, oid, column }: ObjectAddress): string {
  return `${catalog} ${oid} ${column}`;
}

function describe({ catalog, oid, column }: ObjectAddress, graph: SchemaGraph): string | null {
  switch (catalog) {
    case 'pg_class': {
      const relation = graph.relation(oid);
      if (relation === null || relation.index !== null || relation.kind === 'toast') return null;
      if (column === 0) return `${relation.kind} ${relation.name}`;
      const name = relation.columns.find(({ number }) => number === column)?.name ?? '?';
      return `column ${quoteIdentifier(name)} of ${relation.name}`;
    }
    case 'pg_constraint': {
      const constraint = graph.schema.constraints.find((one) => one.oid === oid);
      const table = constraint?.relation == null ? null : graph.relation(constraint.relation);
      if (constraint === undefined || table === null) return null;
      return `${constraint.kind} ${quoteIdentifier(constraint.name)} of ${table.name}`;
    }
    case 'pg_proc': {
      const routine = graph.function(oid);
      return routine === null
        ? null
        : `${routine.kind} ${quoteIdentifier(routine.schema)}.${quoteIdentifier(routine.name)}`;
    }
    case 'pg_type': {
      const type = graph.type(oid);
      if (type === null || !namedTypes.has(type.kind)) return null;
      return `type ${quoteIdentifier(type.schema)}.${quoteIdentifier(type.name)}`;
    }
    default:
      return describePart(catalog, oid, graph);
  }
}

const namedTypes: ReadonlySet<string> = new Set(['domain', 'enum', 'range']);

const partWords: ReadonlyMap<string, string> = new Map([
  ['pg_trigger', 'trigger'],
  ['pg_policy', 'policy'],
  ['pg_attrdef', 'default'],
]);

function describePart(catalog: string, oid: string, graph: SchemaGraph): string | null {
  const word = partWords.get(catalog);
  const part = objectGraphOf(graph.schema).object(catalog, oid);
  const table = part?.relation == null ? null : graph.relation(part.relation);
  if (word === undefined || part === null || table === null) return null;
  return catalog === 'pg_attrdef'
    ? `a default of ${table.name}`
    : `${word} ${quoteIdentifier(part.name)} of ${table.name}`;
}
