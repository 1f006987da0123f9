import {
  type ObjectKind,
  objectKey,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../model/schema-snapshot.js';
import { leadingNames, mapNames, ownName } from './sql-names.js';

/** Names after the change → names before it, quoted as the server writes them; empty when nothing was renamed. */
export interface NameMap {
  readonly schemas: ReadonlyMap<string, string>;
  /** `schema.name` of relations, types, functions… */
  readonly qualified: ReadonlyMap<string, string>;
  /** `schema.table.column` after → the column's name before. */
  readonly columns: ReadonlyMap<string, string>;
  /** `server name` and `wrapper name` after → the name before. */
  readonly servers: ReadonlyMap<string, string>;
  readonly empty: boolean;
}

/** Objects that are called `schema.name` in definitions. */
const qualifiedKinds: ReadonlySet<ObjectKind> = new Set([
  'table',
  'view',
  'materialized view',
  'foreign table',
  'composite type',
  'type',
  'domain',
  'index',
  'sequence',
  'function',
  'procedure',
  'aggregate',
  'collation',
  'statistics object',
  'conversion',
  'text search configuration',
  'text search dictionary',
  'text search parser',
  'text search template',
]);

export function namesOfPairs(after: SchemaSnapshot, same: ReadonlyMap<string, SnapshotObject>): NameMap {
  const schemas = new Map<string, string>();
  const qualified = new Map<string, string>();
  const columns = new Map<string, string>();
  const servers = new Map<string, string>();
  for (const { kind, identity } of after.objects) {
    const old = same.get(objectKey(kind, identity));
    if (old === undefined || old.identity === identity) continue;
    if (kind === 'schema') schemas.set(identity, old.identity);
    else if (kind === 'foreign server') servers.set(`server ${identity}`, old.identity);
    else if (kind === 'foreign-data wrapper') servers.set(`wrapper ${identity}`, old.identity);
    else if (kind === 'column') {
      if (ownName(identity) !== ownName(old.identity)) columns.set(identity, ownName(old.identity));
    } else if (qualifiedKinds.has(kind)) {
      qualified.set(leadingNames(identity).join('.'), leadingNames(old.identity).join('.'));
    }
  }
  const size = schemas.size + qualified.size + columns.size + servers.size;
  return { schemas, qualified, columns, servers, empty: size === 0 };
}

/** An identity, or a definition, with the names that were there before the change. */
export function translate(sql: string, names: NameMap): string {
  return names.empty ? sql : mapNames(sql, (chain) => translateChain(chain, names));
}

/** The same for the key of an object, or of part of one. */
export function translateKey(key: string, names: NameMap): string {
  const start = key.search(/["\p{L}_][^\s"]*\./u);
  return start < 0 ? key : `${key.slice(0, start)}${translate(key.slice(start), names)}`;
}

function translateChain(chain: readonly string[], names: NameMap): readonly string[] {
  const [schema = '', name, ...rest] = chain;
  if (name === undefined) return chain;
  const relation = `${schema}.${name}`;
  const old = names.qualified.get(relation);
  const [column, ...fields] = rest;
  const head = old === undefined ? [names.schemas.get(schema) ?? schema, name] : leadingNames(old);
  if (column === undefined) return head;
  return [...head, names.columns.get(`${relation}.${column}`) ?? column, ...fields];
}
