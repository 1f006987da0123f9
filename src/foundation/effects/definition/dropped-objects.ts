import type { DropStmt, Node, ObjectType } from '@pgsql/types';
import type { ObjectAddress } from '../../../model/schema.js';
import type { EffectContext } from '../effect-context.js';
import type { SchemaGraph } from '../schema-graph.js';
import { wholeObject } from './dropped-with.js';
import { nameParts, splitName } from '../tree-names.js';
import { objectGraphOf } from './object-graph.js';

/** Objects that are named together with the relation they belong to. */
const partCatalogs: { readonly [K in ObjectType]?: string } = {
  OBJECT_TRIGGER: 'pg_trigger',
  OBJECT_RULE: 'pg_rewrite',
  OBJECT_POLICY: 'pg_policy',
};

const routineTypes: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_AGGREGATE',
  'OBJECT_ROUTINE',
]);

const objectCatalogs: { readonly [K in ObjectType]?: string } = {
  OBJECT_SCHEMA: 'pg_namespace',
  OBJECT_EXTENSION: 'pg_extension',
  OBJECT_LANGUAGE: 'pg_language',
  OBJECT_FDW: 'pg_foreign_data_wrapper',
  OBJECT_FOREIGN_SERVER: 'pg_foreign_server',
  OBJECT_COLLATION: 'pg_collation',
  OBJECT_STATISTIC_EXT: 'pg_statistic_ext',
  OBJECT_OPERATOR: 'pg_operator',
  OBJECT_OPCLASS: 'pg_opclass',
  OBJECT_OPFAMILY: 'pg_opfamily',
  OBJECT_TSCONFIGURATION: 'pg_ts_config',
  OBJECT_TSDICTIONARY: 'pg_ts_dict',
  OBJECT_ACCESS_METHOD: 'pg_am',
};

/** The addresses of what a DROP names; nothing for those that are not there or of which no relation depends. */
export function droppedObjects(drop: DropStmt, context: EffectContext, graph: SchemaGraph): readonly ObjectAddress[] {
  return (drop.objects ?? []).flatMap((node) => {
    const parts = nameParts(node);
    const partCatalog = partCatalogs[drop.removeType ?? 'OBJECT_TABLE'];
    if (partCatalog !== undefined) return relationPart(partCatalog, parts, { context, graph });
    if (routineTypes.has(drop.removeType)) return routines(node, { context, graph });
    // An operator class is named after its index method.
    const ofMethod = drop.removeType === 'OBJECT_OPCLASS' || drop.removeType === 'OBJECT_OPFAMILY';
    return named(drop.removeType ?? 'OBJECT_TABLE', ofMethod ? parts.slice(1) : parts, { context, graph });
  });
}

interface Where {
  readonly context: EffectContext;
  readonly graph: SchemaGraph;
}

function relationPart(catalog: string, parts: readonly string[], { context, graph }: Where): readonly ObjectAddress[] {
  const { schema, name } = splitName(parts.slice(0, -1));
  const relation = graph.findRelation(schema, name, context.searchPath);
  if (relation === null) return [];
  const part = objectGraphOf(graph.schema).findPart(catalog, relation.oid, parts.at(-1) ?? '');
  return part === null ? [] : [wholeObject(catalog, part.oid)];
}

/** By the number of arguments; where several have as many, all are meant. */
function routines(node: Node, { context, graph }: Where): readonly ObjectAddress[] {
  const { schema, name } = splitName(nameParts(node));
  const found = graph.findFunctions(schema, name, context.searchPath);
  const wanted = 'ObjectWithArgs' in node ? node.ObjectWithArgs : {};
  const matching =
    wanted.args_unspecified === true
      ? found
      : found.filter(({ argumentCount }) => argumentCount === (wanted.objargs ?? []).length);
  return matching.map(({ oid }) => wholeObject('pg_proc', oid));
}

function named(type: ObjectType, parts: readonly string[], { context, graph }: Where): readonly ObjectAddress[] {
  const { schema, name } = splitName(parts);
  if (type === 'OBJECT_TYPE' || type === 'OBJECT_DOMAIN') {
    const found = graph.findType(schema, name, context.searchPath);
    return found === null ? [] : [wholeObject('pg_type', found.oid)];
  }
  const catalog = objectCatalogs[type];
  if (catalog !== undefined) {
    const found = objectGraphOf(graph.schema).findObject(catalog, { schema, name, searchPath: context.searchPath });
    return found === null ? [] : [wholeObject(catalog, found.oid)];
  }
  if (!relationTypes.has(type)) return [];
  const relation = graph.findRelation(schema, name, context.searchPath);
  return relation === null ? [] : [wholeObject('pg_class', relation.oid)];
}

const relationTypes: ReadonlySet<ObjectType> = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);
