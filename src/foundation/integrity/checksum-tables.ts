import type { Row, Session } from '../postgres/session.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote-identifier.js';
import { withPinnedText } from './pinned-text.js';
import { type EarlierChecksums, findUnwritten, isSameList, shapeSql } from './unwritten-tables.js';

/** What of a table counts. */
export interface TableScope {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly relation: string;
  /** Names as the catalog has them, sorted: their order in the table does not count. */
  readonly columns: readonly string[];
}

/** The rows of one table in a few bytes, whatever order they lie in. */
export interface TableChecksum extends TableScope {
  readonly rows: number;
  /** Sum of the hashes of all rows; null where the table, or one of its columns, is not there. */
  readonly checksum: string | null;
  /** Columns that were asked for and are not there. */
  readonly missing: readonly string[];
  /** Of the table; null where it is not there. */
  readonly oid?: string | null;
  /** Tells whether the same rows would be read as the same text; null where rows alone do not decide that. */
  readonly shape?: string | null;
}

const tablesPerQuery = 100;

/*
 * Everything that holds rows of its own: tables, leaves of partitioned ones, filled materialised views, and large objects,
 * which every database has. A virtual generated column keeps nothing. What has no pages has no rows.
 */
const heldRows = `
  SELECT c.oid::pg_catalog.text AS oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation,
    coalesce((SELECT pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE "C") FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'), '[]') AS columns,
    m.amname = 'heap' AND pg_catalog.pg_relation_size(c.oid) = 0 AS empty,
    ${shapeSql} AS shape
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
  WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND c.relpersistence <> 't'
    AND (n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper_keep')
      OR c.oid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass)
    AND c.oid <> ALL ($1::pg_catalog.oid[])
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

interface HeldTable extends TableScope {
  readonly oid: string;
  readonly empty: boolean;
  readonly shape: string | null;
}

/**
 * Row counts and checksums of tables, materialised views and large objects, as this session sees them now. With a scope
 * only its tables and columns count, so that what existed before a change can be compared after it; without one,
 * everything that is there. What was read earlier saves hashing tables that nobody wrote since. The session must be allowed
 * to read it all; its settings and transaction stay as they are.
 */
export async function checksumTables(
  session: Session,
  scope: readonly TableScope[] | null = null,
  earlier: EarlierChecksums | null = null,
): Promise<readonly TableChecksum[]> {
  return withPinnedText(session, async () => {
    const locked = earlier?.locked ?? null;
    const untouched = locked === null ? new Map<string, TableChecksum>() : findUntouched(earlier?.tables ?? [], locked);
    const { rows } = await session.query(heldRows, [[...untouched.values()].map(({ oid }) => oid)]);
    const held = [...[...untouched.values()].map(knownTable), ...rows.map(heldTable)];
    const wanted = scope === null ? held.map((table) => ({ table, asked: table })) : match(scope, held);
    const full = wanted.flatMap(({ table, asked }) =>
      table === null || table.empty
        ? []
        : [{ relation: table.relation, columns: present(asked, table), shape: table.shape }],
    );
    const isUntouched = ({ relation, columns }: TableScope): boolean => {
      const then = untouched.get(relation);
      return then !== undefined && isSameList(then.columns, columns);
    };
    const doubtful = full.filter((table) => !isUntouched(table));
    const unwritten = earlier === null ? new Map() : await findUnwritten(session, doubtful, earlier);
    const read = await sumRows(
      session,
      doubtful.filter(({ relation }) => !unwritten.has(relation)),
    );
    const sums = new Map<string, Sum>([...untouched, ...unwritten, ...read]);
    return wanted.map(({ table, asked }) => {
      const missing = table === null ? asked.columns : absent(asked, table);
      const gone = table === null || missing.length > 0;
      const sum = sums.get(asked.relation) ?? nothing;
      const { relation, columns } = asked;
      const { shape = null, oid = null } = table ?? {};
      return { relation, columns, rows: sum.rows, checksum: gone ? null : sum.checksum, missing, oid, shape };
    });
  });
}

type Sum = Pick<TableChecksum, 'rows' | 'checksum'>;

const nothing = { rows: 0, checksum: '0' };

/**
 * Of what the transaction began with, the tables that it did not touch, and whose rows read the same whatever it did
 * elsewhere. Of the server's own none is known for certain.
 */
function findUntouched(
  tables: readonly TableChecksum[],
  locked: ReadonlySet<string>,
): ReadonlyMap<string, TableChecksum> {
  const untouched = tables.filter(
    ({ oid, shape, checksum, relation }) =>
      typeof oid === 'string' &&
      typeof shape === 'string' &&
      checksum !== null &&
      !locked.has(oid) &&
      !relation.startsWith('pg_catalog.'),
  );
  return new Map(untouched.map((table) => [table.relation, table]));
}

function knownTable({ relation, columns, rows, oid, shape = null }: TableChecksum): HeldTable {
  return { relation, columns, oid: oid ?? '', empty: rows === 0, shape };
}

function heldTable(row: Row): HeldTable {
  return {
    oid: String(row['oid']),
    relation: String(row['relation']),
    columns: row['columns'] as readonly string[],
    empty: row['empty'] === true,
    shape: (row['shape'] ?? null) as string | null,
  };
}

function match(scope: readonly TableScope[], held: readonly HeldTable[]) {
  const byName = new Map(held.map((table) => [table.relation, table]));
  return scope.map((asked) => ({ asked, table: byName.get(asked.relation) ?? null }));
}

function present(asked: TableScope, { columns }: TableScope): readonly string[] {
  const there = new Set(columns);
  return asked.columns.filter((column) => there.has(column));
}

function absent(asked: TableScope, { columns }: TableScope): readonly string[] {
  const there = new Set(columns);
  return asked.columns.filter((column) => !there.has(column));
}

async function sumRows(
  session: Session,
  tables: readonly TableScope[],
): Promise<ReadonlyMap<string, { readonly rows: number; readonly checksum: string }>> {
  const sums = new Map<string, { readonly rows: number; readonly checksum: string }>();
  for (let start = 0; start < tables.length; start += tablesPerQuery) {
    const part = tables.slice(start, start + tablesPerQuery).map(sumSql);
    const { rows } = await session.query(part.join('\nUNION ALL\n'));
    for (const row of rows) {
      sums.set(String(row['relation']), { rows: Number(row['rows']), checksum: String(row['checksum']) });
    }
  }
  return sums;
}

/**
 * Row count and checksum of what a query gives now, comparable with those of a table that was filled from it. `columns` are
 * bare names. @throws what the server says of the query; an open transaction goes on.
 */
export async function checksumQuery(
  session: Session,
  query: { readonly sql: string; readonly columns: readonly string[] },
): Promise<{ readonly rows: number; readonly checksum: string }> {
  return withPinnedText(session, async () => {
    const { rows } = await session.query(`SELECT ${sumColumns(query.columns)} FROM (${query.sql}) AS t`);
    return { rows: Number(rows[0]?.['rows']), checksum: String(rows[0]?.['checksum']) };
  });
}

function sumSql({ relation, columns }: TableScope): string {
  return `SELECT ${quoteLiteral(relation)} AS relation, ${sumColumns(columns)} FROM ONLY ${relation} AS t`;
}

/** A sum does not care for order, and two equal rows do not cancel each other out. */
function sumColumns(columns: readonly string[]): string {
  const values = columns.map((column) => `t.${quoteIdentifier(column)}`).join(', ');
  return `pg_catalog.count(*) AS rows,
    coalesce(pg_catalog.sum(pg_catalog.hashtextextended(ROW(${values})::pg_catalog.text, 0)), 0)::pg_catalog.text AS checksum`;
}
