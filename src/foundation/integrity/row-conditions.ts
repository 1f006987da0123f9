import type { Session } from '../postgres/session.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import { readSoftReferences } from './soft-references.js';

/** Something that every row of a relation is to satisfy. */
export interface RowCondition {
  readonly kind: 'orphans' | 'violated';
  /** `schema.name` of the table, or of the partitioned one, that has the constraint. */
  readonly relation: string;
  /** The table that is referred to; null for a CHECK or NOT NULL. */
  readonly referenced: string | null;
  readonly name: string;
  /** Whether the server sees to it: it is validated, enforced, and nobody switched its triggers off. */
  readonly vouched: boolean;
  /** The tables that hold the rows: the relation itself, or its partitions. */
  readonly sources: readonly string[];
  /** SQL over the alias `c`, true for a row at fault. */
  readonly violated: string;
}

const ident = (schema: string, relation: string) =>
  `pg_catalog.quote_ident(${schema}.nspname) || '.' || pg_catalog.quote_ident(${relation}.relname)`;
const foreign = (schema: string) =>
  `${schema}.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper_keep')`;

const sources = `CASE WHEN c.relkind = 'p' THEN ARRAY(SELECT ${ident('ln', 'l')} FROM pg_catalog.pg_partition_tree(c.oid) t
    JOIN pg_catalog.pg_class l ON l.oid = t.relid JOIN pg_catalog.pg_namespace ln ON ln.oid = l.relnamespace
    WHERE t.isleaf AND l.relkind = 'r') ELSE ARRAY[${ident('n', 'c')}] END`;

/* A temporal key's last column has to be covered by the periods that it refers to. The columns of 18 are not there before. */
const foreignKeysSql = `
  SELECT ${ident('n', 'c')} AS relation, ${ident('fn', 'f')} AS referenced, f.relkind = 'p' AS spread, k.conname::text AS name,
    ${sources} AS sources, k.confmatchtype = 'f' AS full, pg_catalog.to_jsonb(k) ->> 'conperiod' = 'true' AS period,
    k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false' AND NOT EXISTS (SELECT
      FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O') AS vouched,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('own', pg_catalog.quote_ident(a.attname),
        'other', pg_catalog.quote_ident(b.attname),
        'operator', pg_catalog.quote_ident(opn.nspname) || '.' || o.oprname) ORDER BY p.place)
      FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
          WITH ORDINALITY AS p(own, other, operator, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.own
        JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.other
        JOIN pg_catalog.pg_operator o ON o.oid = p.operator
        JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) AS pairs
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relkind IN ('r', 'p') AND ${foreign('n')}`;

/* Partitions have copies of a parent's CHECK; each tells of its own rows. NOT NULL has entries of its own since 18. */
const checksSql = `
  SELECT ${ident('n', 'c')} AS relation, k.conname::text AS name,
    CASE k.contype WHEN 'c' THEN 'NOT (' || pg_catalog.pg_get_expr(k.conbin, k.conrelid) || ')'
      ELSE (SELECT 'c.' || pg_catalog.quote_ident(a.attname) || ' IS NULL' FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) END AS violated
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype IN ('c', 'n') AND c.relkind = 'r' AND ${foreign('n')}
    AND NOT (k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false')`;

const softSql = `
  SELECT d.description AS comment, a.attname::text AS column, n.nspname::text AS schema, ${ident('n', 'c')} AS relation,
    ${sources} AS sources
  FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
  WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND d.description ~* 'lockkeeper:\\s*soft\\s+reference' AND ${foreign('n')}`;

const columnsSql = `
  SELECT c.relkind = 'p' AS spread, ${ident('n', 'c')} AS relation, ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = pg_catalog.to_regclass($1)`;

interface KeyRow {
  readonly relation: string;
  readonly referenced: string;
  readonly spread: boolean;
  readonly name: string;
  readonly sources: readonly string[];
  readonly full: boolean;
  readonly period: boolean;
  readonly vouched: boolean;
  readonly pairs: readonly KeyPair[];
}

interface KeyPair {
  readonly own: string;
  readonly other: string;
  readonly operator: string;
}

interface SoftRow {
  readonly comment: string;
  readonly column: string | null;
  readonly schema: string;
  readonly relation: string;
  readonly sources: readonly string[];
}

/**
 * All foreign keys, validated or not; declared soft references; and each CHECK and NOT NULL that the server does not vouch
 * for. A soft reference to what is not there is left out.
 */
export async function readRowConditions(session: Session): Promise<readonly RowCondition[]> {
  const keys = (await session.query(foreignKeysSql)).rows as unknown as readonly KeyRow[];
  const checks = (await session.query(checksSql)).rows as unknown as readonly Pick<
    RowCondition,
    'relation' | 'name' | 'violated'
  >[];
  return [
    ...keys.map((key): RowCondition => {
      const { relation, referenced, name, vouched, sources: places } = key;
      return { kind: 'orphans', relation, referenced, name, vouched, sources: places, violated: isOrphan(key) };
    }),
    ...checks.map(
      (check): RowCondition => ({
        ...check,
        kind: 'violated',
        referenced: null,
        vouched: false,
        sources: [check.relation],
      }),
    ),
    ...(await readSoftConditions(session)),
  ];
}

/** A NULL refers to nothing and is no orphan, unless the key is MATCH FULL and another of its columns has a value. */
function isOrphan({
  referenced,
  spread,
  full,
  period,
  pairs,
}: Omit<KeyRow, 'relation' | 'name' | 'sources' | 'vouched'>) {
  const given = pairs.map(({ own }) => `c.${own} IS NOT NULL`).join(full ? ' OR ' : ' AND ');
  const from = `${spread ? '' : 'ONLY '}${referenced} AS p`;
  const plain = (period ? pairs.slice(0, -1) : pairs).map(
    ({ own, other, operator }) => `p.${other} OPERATOR(${operator}) c.${own}`,
  );
  const last = pairs.at(-1);
  if (!period || last === undefined)
    return `(${given}) AND NOT EXISTS (SELECT FROM ${from} WHERE ${plain.join(' AND ')})`;
  const covered = `SELECT pg_catalog.range_agg(p.${last.other}) FROM ${from} WHERE ${plain.join(' AND ')}`;
  return `(${given}) AND (c.${last.own} OPERATOR(pg_catalog.<@) (${covered})) IS NOT TRUE`;
}

async function readSoftConditions(session: Session): Promise<readonly RowCondition[]> {
  const rows = (await session.query(softSql)).rows as unknown as readonly SoftRow[];
  const found: RowCondition[] = [];
  for (const row of rows) {
    for (const soft of readSoftReferences(row.comment)) {
      const own = soft.columns.length === 0 && row.column !== null ? [row.column] : soft.columns;
      const qualified = /^(?:"(?:[^"]|"")+"|[^".]+)\./.test(soft.referenced);
      const target = qualified ? soft.referenced : `${quoteIdentifier(row.schema)}.${soft.referenced}`;
      const [table] = (await session.query(columnsSql, [target])).rows;
      const columns = (table?.['columns'] ?? []) as readonly string[];
      if (own.length !== soft.referencedColumns.length || own.length === 0) continue;
      if (!soft.referencedColumns.every((column) => columns.includes(column))) continue;
      found.push(
        softCondition(row, {
          own,
          others: soft.referencedColumns,
          table: String(table?.['relation']),
          spread: table?.['spread'] === true,
        }),
      );
    }
  }
  return found;
}

interface SoftTarget {
  readonly own: readonly string[];
  readonly others: readonly string[];
  readonly table: string;
  readonly spread: boolean;
}

/** Compared as text: a soft reference may well have another type than what it refers to. */
function softCondition(
  { relation, sources: places }: SoftRow,
  { own, others, table, spread }: SoftTarget,
): RowCondition {
  const quoted = own.map(quoteIdentifier);
  const pairs = others.map(
    (other, at) => `p.${quoteIdentifier(other)}::pg_catalog.text = c.${quoted[at] ?? ''}::pg_catalog.text`,
  );
  const given = quoted.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
  const exists = `SELECT FROM ${spread ? '' : 'ONLY '}${table} AS p WHERE ${pairs.join(' AND ')}`;
  return {
    kind: 'orphans',
    relation,
    referenced: table,
    name: `soft reference (${quoted.join(', ')}) to ${table}`,
    vouched: false,
    sources: places,
    violated: `${given} AND NOT EXISTS (${exists})`,
  };
}
