import type { TypeName } from '@pgsql/types';
import type { SchemaType } from '../../../model/schema.js';
import { splitName, typeNameParts } from '../tree-names.js';
import type { EffectContext } from '../effect-context.js';
import type { SchemaGraph } from '../schema-graph.js';

/** The type that a column definition names, an array's array type; null when it is not known. */
export function resolveType(type: TypeName | undefined, context: EffectContext): SchemaType | null {
  const { graph } = context;
  if (graph === null || type === undefined || type.pct_type === true) return null;
  const { schema, name } = splitName(typeNameParts(type));
  const path = ['pg_catalog', ...context.searchPath];
  if ((type.arrayBounds ?? []).length === 0) return graph.findType(schema, name, path);
  const element = graph.findType(schema, name, path);
  return element === null ? null : arrayOf(element, graph);
}

function arrayOf(element: SchemaType, graph: SchemaGraph): SchemaType | null {
  return graph.schema.types.find((type) => type.base === element.oid && isArray(type)) ?? null;
}

/** Array types are named after their element, with an underscore in front. */
export function isArray({ kind, name, base }: SchemaType): boolean {
  return kind === 'base' && base !== null && name.startsWith('_');
}

export function isBuiltinName(type: TypeName | undefined): boolean {
  const parts = typeNameParts(type);
  return parts.length === 2 && parts[0] === 'pg_catalog'
    ? true
    : parts.length === 1 && bareBuiltins.has(parts[0] ?? '');
}

/** Built-in types that the grammar leaves as plain names. */
const bareBuiltins: ReadonlySet<string> = new Set(
  (
    'text uuid json jsonb date bytea inet cidr macaddr macaddr8 xml money oid name tsvector tsquery point line lseg ' +
    'box path polygon circle int2 int4 int8 float4 float8 bool timestamptz timetz varbit bpchar regclass regtype ' +
    'regproc int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange ' +
    'tsmultirange tstzmultirange datemultirange pg_lsn xid xid8 jsonpath serial bigserial smallserial serial2 serial4 serial8'
  ).split(' '),
);

/** The type under a domain, and under a domain of that. */
export function baseType(type: SchemaType, graph: SchemaGraph): { readonly type: SchemaType; readonly typmod: number } {
  let current = type;
  let typmod = -1;
  while (current.kind === 'domain' && current.base !== null) {
    const next = graph.type(current.base);
    if (next === null) break;
    if (typmod === -1) typmod = current.baseTypmod;
    current = next;
  }
  return { type: current, typmod };
}

/** Whether each value has to be looked at before it may be called one of the domain's. */
export function isConstrained(type: SchemaType, graph: SchemaGraph): boolean {
  if (type.kind !== 'domain') return false;
  if (type.notNull || graph.domainConstraints(type.oid).length > 0) return true;
  const base = type.base === null ? null : graph.type(type.base);
  return base !== null && isConstrained(base, graph);
}

/** The default that a domain gives to columns without one of their own. */
export function domainDefault(type: SchemaType, graph: SchemaGraph): string | null {
  if (type.kind !== 'domain') return null;
  const base = type.base === null ? null : graph.type(type.base);
  return type.default ?? (base === null ? null : domainDefault(base, graph));
}
