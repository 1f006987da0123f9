import type { Session } from '../postgres/session.js';
import { foreign, ident } from './row-conditions.js';

/** Tables by name, whole schemas, or both. */
export interface RelationChoice {
  /** `schema.name` as SQL has it; without a schema, by the session's search_path. */
  readonly tables: readonly string[];
  /** As the catalog has them. */
  readonly schemas: readonly string[];
}

export interface ExpandedRelations {
  /** `schema.name`, partitions and materialised views included. */
  readonly relations: ReadonlySet<string>;
  /** Named, and not there. */
  readonly absent: readonly string[];
}

const treeSql = `SELECT ${ident('n', 'c')} AS relation FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = pg_catalog.to_regclass($1) OR c.oid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) t)`;

const schemaSql = `SELECT ${ident('n', 'c')} AS relation FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') AND ${foreign('n')}`;

/** The relations that are meant. A partitioned table stands for its partitions too. */
export async function expandRelations(
  session: Session,
  { tables, schemas }: RelationChoice,
): Promise<ExpandedRelations> {
  const relations = new Set<string>();
  const absent: string[] = [];
  for (const [sql, names] of [
    [treeSql, tables],
    [schemaSql, schemas],
  ] as const) {
    for (const name of names) {
      const { rows } = await session.query(sql, [name]);
      for (const row of rows) relations.add(String(row['relation']));
      if (rows.length === 0) absent.push(name);
    }
  }
  return { relations, absent };
}
