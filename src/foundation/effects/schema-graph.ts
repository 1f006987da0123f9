import type { Oid, Schema, SchemaConstraint, SchemaFunction, SchemaRelation, SchemaType } from '../../model/schema.js';

/** A schema that can be asked who belongs to whom, without walking all of it for each question. */
export interface SchemaGraph {
  readonly schema: Schema;
  relation(oid: Oid): SchemaRelation | null;
  /** By the name that reports use. */
  relationNamed(name: string): SchemaRelation | null;
  type(oid: Oid): SchemaType | null;
  function(oid: Oid): SchemaFunction | null;
  /** By name as the search path finds it; null when there is none. */
  findRelation(schema: string | null, name: string, searchPath: readonly string[]): SchemaRelation | null;
  findType(schema: string | null, name: string, searchPath: readonly string[]): SchemaType | null;
  /** All of that name, whatever their arguments. */
  findFunctions(schema: string | null, name: string, searchPath: readonly string[]): readonly SchemaFunction[];
  /** Inheritance children or partitions, one level. */
  children(oid: Oid): readonly SchemaRelation[];
  /** Children of children too, nearest first; the relation itself is not among them. */
  descendants(oid: Oid): readonly SchemaRelation[];
  indexes(table: Oid): readonly SchemaRelation[];
  sequencesOwnedBy(table: Oid): readonly SchemaRelation[];
  constraints(relation: Oid): readonly SchemaConstraint[];
  domainConstraints(domain: Oid): readonly SchemaConstraint[];
  /** Foreign keys that point to this table, from itself included. */
  foreignKeysTo(table: Oid): readonly SchemaConstraint[];
  /** Views and materialised views whose query names this relation. */
  viewsOn(relation: Oid): readonly SchemaRelation[];
}

const graphs = new WeakMap<Schema, SchemaGraph>();

/** The graph of a schema, built once for each schema value. */
export function graphOf(schema: Schema): SchemaGraph {
  const known = graphs.get(schema);
  if (known !== undefined) return known;
  const graph = buildGraph(schema);
  graphs.set(schema, graph);
  return graph;
}

function buildGraph(schema: Schema): SchemaGraph {
  const relations = new Map(schema.relations.map((relation) => [relation.oid, relation]));
  const types = new Map(schema.types.map((type) => [type.oid, type]));
  const functions = new Map(schema.functions.map((one) => [one.oid, one]));
  const reportNames = new Map(schema.relations.map((relation) => [relation.name, relation]));
  const relationNames = groupBy(schema.relations, (relation) => relation.relname);
  const typeNames = groupBy(schema.types, (type) => type.name);
  const functionNames = groupBy(schema.functions, (one) => one.name);
  const children = groupByEach(schema.relations, (relation) => relation.parents);
  const views = groupByEach(schema.relations, (relation) => relation.reads);
  const indexes = groupBy(schema.relations, (relation) => relation.index?.table ?? null);
  const sequences = groupBy(schema.relations, (relation) => relation.ownedBy?.relation ?? null);
  const constraints = groupBy(schema.constraints, (constraint) => constraint.relation);
  const ofDomains = groupBy(schema.constraints, (constraint) => constraint.domain);
  const keysTo = groupBy(schema.constraints, (constraint) => constraint.referenced);
  const graph: SchemaGraph = {
    schema,
    relation: (oid) => relations.get(oid) ?? null,
    relationNamed: (name) => reportNames.get(name) ?? null,
    type: (oid) => types.get(oid) ?? null,
    function: (oid) => functions.get(oid) ?? null,
    findRelation: (wanted, name, path) => visible(relationNames.get(name) ?? [], wanted, path)[0] ?? null,
    findType: (wanted, name, path) => visible(typeNames.get(name) ?? [], wanted, path)[0] ?? null,
    findFunctions: (wanted, name, path) => visible(functionNames.get(name) ?? [], wanted, path),
    children: (oid) => children.get(oid) ?? [],
    descendants: (oid) => descend(oid, graph),
    indexes: (table) => indexes.get(table) ?? [],
    sequencesOwnedBy: (table) => sequences.get(table) ?? [],
    constraints: (relation) => constraints.get(relation) ?? [],
    domainConstraints: (domain) => ofDomains.get(domain) ?? [],
    foreignKeysTo: (table) => keysTo.get(table) ?? [],
    viewsOn: (relation) => views.get(relation) ?? [],
  };
  return graph;
}

function descend(oid: Oid, graph: SchemaGraph): readonly SchemaRelation[] {
  const found = new Map<Oid, SchemaRelation>();
  let level = graph.children(oid);
  while (level.length > 0) {
    for (const relation of level) found.set(relation.oid, relation);
    level = level.flatMap((relation) => graph.children(relation.oid)).filter(({ oid: next }) => !found.has(next));
  }
  return [...found.values()];
}

/** Those in the schema that is named, else in the order of the search path; temporary objects come first. */
function visible<T extends { readonly schema: string }>(
  named: readonly T[],
  schema: string | null,
  searchPath: readonly string[],
): readonly T[] {
  if (schema !== null) return named.filter((object) => object.schema === schema);
  const temporary = named.filter((object) => object.schema.startsWith('pg_temp_'));
  return [...temporary, ...searchPath.flatMap((path) => named.filter((object) => object.schema === path))];
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K | null): ReadonlyMap<K, readonly T[]> {
  return groupByEach(items, (item) => {
    const key = keyOf(item);
    return key === null ? [] : [key];
  });
}

function groupByEach<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}
