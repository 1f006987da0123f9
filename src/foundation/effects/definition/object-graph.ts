import type { ObjectAddress, Oid, Schema, SchemaDependency, SchemaObject } from '../../../model/schema.js';

/** The objects of a schema beside its relations, types and functions, and who depends on whom. */
export interface ObjectGraph {
  object(catalog: string, oid: Oid): SchemaObject | null;
  /** By name as the search path finds it; those that stand in no schema are found by their name alone. */
  findObject(catalog: string, named: ObjectName): SchemaObject | null;
  /** A trigger, rule, policy or constraint of a relation. */
  findPart(catalog: string, relation: Oid, name: string): SchemaObject | null;
  /** What depends on an object or, when it is whole, on one of its columns. */
  dependentsOf(address: ObjectAddress): readonly SchemaDependency[];
  /** What an object depends on itself. */
  dependenciesOf(address: ObjectAddress): readonly SchemaDependency[];
}

export interface ObjectName {
  readonly schema: string | null;
  readonly name: string;
  readonly searchPath: readonly string[];
}

const graphs = new WeakMap<Schema, ObjectGraph>();

/** Built when the first statement asks for it: few statements drop anything. */
export function objectGraphOf(schema: Schema): ObjectGraph {
  const known = graphs.get(schema);
  if (known !== undefined) return known;
  const graph = buildObjectGraph(schema);
  graphs.set(schema, graph);
  return graph;
}

function buildObjectGraph({ objects, dependencies }: Schema): ObjectGraph {
  const byOid = new Map(objects.map((object) => [`${object.catalog} ${object.oid}`, object]));
  const byName = groupBy(objects, (object) => `${object.catalog} ${object.name}`);
  const dependents = groupBy(dependencies, ({ on }) => `${on.catalog} ${on.oid}`);
  const owners = groupBy(dependencies, ({ dependent }) => `${dependent.catalog} ${dependent.oid}`);
  const named = (catalog: string, name: string): readonly SchemaObject[] => byName.get(`${catalog} ${name}`) ?? [];
  return {
    object: (catalog, oid) => byOid.get(`${catalog} ${oid}`) ?? null,
    findObject: (catalog, { schema, name, searchPath }) => {
      const candidates = named(catalog, name);
      const schemas = schema === null ? searchPath : [schema];
      const visible = schemas.flatMap((one) => candidates.filter((object) => object.schema === one));
      return visible[0] ?? candidates.find((object) => object.schema === null) ?? null;
    },
    findPart: (catalog, relation, name) => named(catalog, name).find((object) => object.relation === relation) ?? null,
    dependentsOf: ({ catalog, oid, column }) =>
      (dependents.get(`${catalog} ${oid}`) ?? []).filter(({ on }) => column === 0 || on.column === column),
    dependenciesOf: ({ catalog, oid, column }) =>
      (owners.get(`${catalog} ${oid}`) ?? []).filter(({ dependent }) => column === 0 || dependent.column === column),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
