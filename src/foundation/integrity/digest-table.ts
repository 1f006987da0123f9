import type { RangeDigest, TableDigest } from '../../model/verify-report.js';
import type { Session } from '../postgres/session.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote-identifier.js';
import type { PageRange } from './count-violations.js';
import { foreign, ident, reachable } from './row-conditions.js';
import { onPages } from './walk-pages.js';

/** A table to be read, and the ranges that are told apart. */
export interface DigestPlan {
  readonly relation: string;
  /** As the catalog has them, sorted. */
  readonly columns: readonly string[];
  readonly key: TableDigest['key'];
  /** Values of the key as text, ascending: where a range ends and the next begins. */
  readonly bounds: readonly string[];
}

/** A table that holds rows of its own, and the first column of its key. */
export interface DigestibleTable {
  readonly relation: string;
  readonly columns: readonly string[];
  readonly key: TableDigest['key'];
  /** By the last statistics; below nought: there are none. */
  readonly estimatedRows: number;
  readonly estimatedPages: number;
}

/*
 * Of the keys the primary one comes first. Its first column has to have an order that ranges can be told by; generated
 * columns that are virtual hold nothing.
 */
const digestibleSql = `
  SELECT ${ident('n', 'c')} AS relation, c.reltuples AS rows, c.relpages AS pages,
    coalesce((SELECT pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE "C") FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'), '[]') AS columns,
    (SELECT pg_catalog.json_build_object('column', a.attname, 'type', t.typname)
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND a.attnotnull
        AND t.typname IN ('int2', 'int4', 'int8', 'uuid', 'date', 'timestamp', 'timestamptz', 'text', 'varchar', 'bpchar', 'numeric')
        AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
      ORDER BY NOT i.indisprimary, i.indexrelid LIMIT 1) AS key
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND c.relpersistence <> 't'
    AND ${reachable}
    AND ${foreign('n')} AND n.nspname <> 'lockkeeper'
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

/** Tables, partitions and filled materialised views, with what is needed to digest them. */
export async function listDigestibleTables(session: Session): Promise<readonly DigestibleTable[]> {
  return (await session.query(digestibleSql)).rows.map((row) => ({
    relation: String(row['relation']),
    columns: row['columns'] as readonly string[],
    key: (row['key'] ?? null) as TableDigest['key'],
    estimatedRows: Number(row['rows']),
    estimatedPages: Number(row['pages']),
  }));
}

const rowsPerRange = 10_000;
const mostRanges = 1_000;
/** Of types without a fixed length every comparison reads the bounds from the first on. */
const mostTextRanges = 64;
const samplePerRange = 20;
/** Whole pages are drawn, each with a certain chance: of a few there may be none, and the keys of one lie close together. */
const fewestPages = 64;
const samplePages = 2;

/** Bounds that divide a table by its key into parts of about ten thousand rows, from a sample of its pages. */
export async function planDigest(session: Session, table: DigestibleTable): Promise<DigestPlan> {
  const { relation, columns, key } = table;
  const estimatedRows = table.estimatedRows < 0 ? await guessRows(session, relation) : table.estimatedRows;
  const most = key !== null && isFixed(key.type) ? mostRanges : mostTextRanges;
  const ranges = Math.min(most, Math.floor(estimatedRows / rowsPerRange));
  if (key === null || ranges < 2) return { relation, columns, key, bounds: [] };
  const column = `c.${quoteIdentifier(key.column)}`;
  const pages = Math.max(fewestPages, ranges * samplePages);
  const share = Math.max((ranges * samplePerRange) / estimatedRows, pages / Math.max(1, table.estimatedPages));
  const percent = Math.min(100, 100 * share);
  const fractions = Array.from({ length: ranges - 1 }, (_, at) => (at + 1) / ranges).join(',');
  const { rows } = await session.query(
    `SELECT DISTINCT b.bound::pg_catalog.text AS bound, b.bound AS place
      FROM pg_catalog.unnest((SELECT pg_catalog.percentile_disc('{${fractions}}'::pg_catalog.float8[])
        WITHIN GROUP (ORDER BY ${column}) FROM ONLY ${relation} AS c TABLESAMPLE SYSTEM (${percent}))) AS b(bound) WHERE b.bound IS NOT NULL ORDER BY 2`,
  );
  return { relation, columns, key, bounds: rows.map((row) => String(row['bound'])) };
}

/** Of a table without statistics: rows are seldom shorter. */
const bytesPerRow = 60;

async function guessRows(session: Session, relation: string): Promise<number> {
  const { rows } = await session.query('SELECT pg_catalog.pg_relation_size(pg_catalog.to_regclass($1)) AS bytes', [
    relation,
  ]);
  return Number(rows[0]?.['bytes'] ?? 0) / bytesPerRow;
}

function isFixed(type: string): boolean {
  return !['text', 'varchar', 'bpchar', 'numeric'].includes(type);
}

/** Rows and the sum of their hashes, by the number of the range. */
export type RangeSums = ReadonlyMap<number, { readonly rows: number; readonly checksum: bigint }>;

/** Digests some pages of a table: one statement. */
export async function digestPages(session: Session, plan: DigestPlan, pages: PageRange): Promise<RangeSums> {
  const { rows } = await session.query(`SELECT ${rangeNumber(plan)} AS range, ${sums(plan.columns)}
    FROM ONLY ${plan.relation} AS c WHERE ${onPages(pages)} GROUP BY 1`);
  return new Map(
    rows.map((row) => [Number(row['range']), { rows: Number(row['rows']), checksum: BigInt(String(row['checksum'])) }]),
  );
}

/** One range as it is now, in one instant, and whether anybody wrote a row of it in a transaction as young as `since` (xid8). */
export async function digestRange(
  session: Session,
  { relation, columns, key }: Omit<DigestPlan, 'bounds'>,
  { range, since }: { readonly range: Pick<RangeDigest, 'from' | 'to'>; readonly since: string | null },
): Promise<{ readonly rows: number; readonly checksum: string; readonly written: boolean }> {
  const young =
    since === null
      ? 'false'
      : `coalesce(pg_catalog.min(pg_catalog.age(c.xmin)) <= pg_catalog.age(${quoteLiteral(since)}::pg_catalog.xid8::pg_catalog.xid), false)`;
  const { rows } = await session.query(
    `SELECT ${sums(columns)}, ${young} AS written FROM ONLY ${relation} AS c WHERE ${within(key, range)}`,
  );
  const [row] = rows;
  return { rows: Number(row?.['rows']), checksum: String(row?.['checksum']), written: row?.['written'] === true };
}

function within(key: TableDigest['key'], { from, to }: Pick<RangeDigest, 'from' | 'to'>): string {
  if (key === null) return 'true';
  const column = `c.${quoteIdentifier(key.column)}`;
  const ends = [
    ...(from === null ? [] : [`${column} >= ${quoteLiteral(from)}::pg_catalog.${key.type}`]),
    ...(to === null ? [] : [`${column} < ${quoteLiteral(to)}::pg_catalog.${key.type}`]),
  ];
  return ends.length === 0 ? 'true' : ends.join(' AND ');
}

function rangeNumber({ key, bounds }: DigestPlan): string {
  if (key === null || bounds.length === 0) return '0';
  const list = bounds.map(quoteLiteral).join(',');
  return `pg_catalog.width_bucket(c.${quoteIdentifier(key.column)}, ARRAY[${list}]::pg_catalog.${key.type}[])`;
}

/** A sum does not care for order, and two equal rows do not cancel each other out. */
function sums(columns: readonly string[]): string {
  const values = columns.map((column) => `c.${quoteIdentifier(column)}`).join(', ');
  return `pg_catalog.count(*)::pg_catalog.text AS rows,
    coalesce(pg_catalog.sum(pg_catalog.hashtextextended(ROW(${values})::pg_catalog.text, 0)), 0)::pg_catalog.text AS checksum`;
}
