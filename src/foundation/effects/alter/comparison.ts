import type { ColumnDef } from '@pgsql/types';
import type { SchemaColumn, SchemaType } from '../../../model/schema.js';
import { nameParts } from '../tree-names.js';
import { objectGraphOf } from '../definition/object-graph.js';
import type { EffectContext } from '../effect-context.js';
import type { SchemaGraph } from '../schema-graph.js';
import { baseType, resolveType } from './resolve-type.js';

/** Types whose values the operators of another type compare. */
const borrowed: Readonly<Record<string, string>> = { varchar: 'text', cidr: 'inet' };

/** Whether the same operators compare a column's values before and after its type changes. */
export function comparesAlike(column: SchemaColumn, { typeName }: ColumnDef, context: EffectContext): boolean {
  const { graph } = context;
  const from = graph?.type(column.type) ?? null;
  const to = resolveType(typeName, context);
  if (graph === null || from === null || to === null) return false;
  return comparedAs(from, graph) === comparedAs(to, graph);
}

function comparedAs(type: SchemaType, graph: SchemaGraph): string {
  const base = baseType(type, graph).type;
  const name = base.schema === 'pg_catalog' ? (borrowed[base.name] ?? base.name) : base.oid;
  return /^reg[a-z]+$/.test(name) ? 'oid' : name;
}

/** OIDs of the collations that every database has. */
const builtinCollations: Readonly<Record<string, string>> = { default: '100', C: '950', POSIX: '951' };

/** Whether the new definition sorts as the old one; without COLLATE the type's own order is meant. */
export function keepsCollation(
  column: SchemaColumn,
  { typeName, collClause }: ColumnDef,
  context: EffectContext,
): boolean {
  if (collClause !== undefined) {
    const name = (collClause.collname ?? []).flatMap(nameParts).at(-1) ?? '';
    return column.collation === (builtinCollations[name] ?? userCollation(name, context));
  }
  if (column.collation === null) return true;
  const to = resolveType(typeName, context);
  return column.collation === (to?.name === 'name' ? builtinCollations['C'] : builtinCollations['default']);
}

function userCollation(name: string, { graph, searchPath }: EffectContext): string | null {
  if (graph === null) return null;
  return objectGraphOf(graph.schema).findObject('pg_collation', { schema: null, name, searchPath })?.oid ?? null;
}
