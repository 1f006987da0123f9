import type { Session } from '../../postgres/session.js';
import type {
  FillCheck,
  FillColumn,
  FillForeignKey,
  FillPartition,
  FillSequence,
  FillTable,
} from './fillable-table.js';
import { readTypes } from './read-types.js';

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly modifier: number;
  readonly sql: string;
  readonly notNull: boolean;
  readonly source: FillColumn['source'];
}

interface TableRow {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: FillTable['kind'];
  readonly columns: readonly ColumnRow[];
  readonly unique_keys: readonly (readonly string[])[];
  readonly has_deferrable_key: boolean;
  readonly foreign_keys: readonly FillForeignKey[];
  readonly checks: readonly FillCheck[];
  readonly partitions: readonly FillPartition[];
  readonly sequences: readonly FillSequence[];
}

/** Names of the columns that an int2 array of attribute numbers stands for, in its order. */
const columnNames = (relation: string, numbers: string) => `
  (SELECT coalesce(pg_catalog.jsonb_agg(a.attname ORDER BY numbered.place), '[]')
     FROM pg_catalog.unnest(${numbers}::int2[]) WITH ORDINALITY AS numbered(attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = numbered.attnum)`;

const columns = `
  SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
           'name', a.attname, 'type', a.atttypid::text, 'modifier', a.atttypmod,
           'sql', pg_catalog.format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
           'source', CASE WHEN a.attgenerated <> '' THEN 'computed'
                          WHEN a.attidentity <> '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN 'default'
                          ELSE 'generate' END) ORDER BY a.attnum), '[]')
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

/**
 * On a partitioned table the leaves may have keys of their own; an INSERT must satisfy them too. Partial keys and keys
 * over expressions are left to ON CONFLICT: their columns alone do not say how many rows there is room for.
 */
const uniqueKeys = `
  SELECT coalesce(pg_catalog.jsonb_agg(DISTINCT ${columnNames('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')}), '[]')
    FROM pg_catalog.pg_index i
   WHERE i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL AND (i.indrelid = c.oid OR i.indrelid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t))`;

const foreignKeys = `
  SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
           'columns', ${columnNames('k.conrelid', 'k.conkey')}, 'parentColumns', ${columnNames('k.confrelid', 'k.confkey')},
           'parentId', coalesce(pg_catalog.pg_partition_root(k.confrelid)::oid, k.confrelid)::text,
           'parent', (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
                        FROM pg_catalog.pg_class p JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                       WHERE p.oid = k.confrelid)) ORDER BY k.oid), '[]')
    FROM pg_catalog.pg_constraint k
   WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0`;

const checks = `
  SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
           'name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid)) ORDER BY k.conname), '[]')
    FROM pg_catalog.pg_constraint k
   WHERE k.conrelid = c.oid AND k.contype = 'c'`;

const partitions = `
  SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
           'name', leaf.relname, 'constraint', pg_catalog.pg_get_partition_constraintdef(leaf.oid),
           'isDefault', pg_catalog.pg_get_expr(leaf.relpartbound, leaf.oid) = 'DEFAULT') ORDER BY leaf.oid), '[]')
    FROM pg_catalog.pg_partition_tree(c.oid) t
    JOIN pg_catalog.pg_class leaf ON leaf.oid = t.relid
   WHERE t.isleaf AND t.level > 0 AND leaf.relkind = 'r'`;

const sequences = `
  SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('column', a.attname, 'sequence',
           pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(s.relname))), '[]')
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')`;

/** Tables of extensions are left to their extensions; temporary ones are nobody's schema. */
const readTableRows = `
  SELECT c.oid::text AS id, n.nspname AS schema, c.relname AS name,
         CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
         (${columns}) AS columns, (${uniqueKeys}) AS unique_keys,
         EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND NOT i.indimmediate) AS has_deferrable_key,
         (${foreignKeys}) AS foreign_keys, (${checks}) AS checks, (${partitions}) AS partitions, (${sequences}) AS sequences
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
     AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
     AND ($2::text[] IS NULL OR pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) = ANY ($2)) AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
   ORDER BY n.nspname, c.relname`;

/**
 * Reads the tables of the schemas (null: of all but the server's own), partitions folded into their roots; of the given
 * ones only, where there are such (`schema.name`, as quote_ident writes it).
 */
export async function readTables(
  session: Session,
  schemas: readonly string[] | null,
  relations: readonly string[] | null = null,
): Promise<readonly FillTable[]> {
  const typeOf = await readTypes(session);
  const { rows } = await session.query(readTableRows, [schemas, relations]);
  return (rows as unknown as readonly TableRow[]).map((row) => ({
    id: row.id,
    schema: row.schema,
    name: row.name,
    kind: row.kind,
    columns: row.columns.map((column) => {
      const type = typeOf(column.type, column.modifier, column.sql);
      return { name: column.name, source: column.source, type, notNull: column.notNull || type.domainNotNull };
    }),
    uniqueKeys: row.unique_keys,
    hasDeferrableKey: row.has_deferrable_key,
    foreignKeys: row.foreign_keys,
    checks: row.checks,
    partitions: row.partitions,
    sequences: row.sequences,
  }));
}
