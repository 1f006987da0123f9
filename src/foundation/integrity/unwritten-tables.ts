import type { Session } from '../postgres/session.js';
import { quoteLiteral } from '../sql/quote-identifier.js';
import type { TableChecksum, TableScope } from './checksum-tables.js';

/** Checksums of what was committed then. */
export interface EarlierChecksums {
  readonly tables: readonly TableChecksum[];
  /** Whatever was written since has this transaction number (xid8) or a later one. */
  readonly since: string;
  /** The open transaction began with them: what it did not lock for more than reading (OIDs) is as it was. */
  readonly locked?: ReadonlySet<string>;
}

/** Types whose values are written in one way, whatever else becomes of the database: no enum, no regclass, no domain. */
const plainTypes = `bool bytea char name int2 int4 int8 oid float4 float8 numeric money text varchar bpchar json jsonb xml uuid
  date time timetz timestamp timestamptz interval bit varbit inet cidr macaddr macaddr8 tsvector tsquery pg_lsn
  point lseg path box polygon line circle`;

/**
 * SQL of what of `pg_class c` has to be the same for rows that nobody wrote to be read as the same text: its file, and the
 * rows that describe its columns. Null where their text depends on more. `m` is its access method.
 */
export const shapeSql = `CASE WHEN m.amname = 'heap' THEN (
  SELECT c.oid || ' ' || pg_catalog.pg_relation_filenode(c.oid) || ' ' || pg_catalog.string_agg(
      a.attnum || ':' || a.atttypid || ':' || a.xmin::pg_catalog.text, ' ' ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  WHERE a.attrelid = c.oid AND a.attnum > 0
  HAVING pg_catalog.bool_and(a.attisdropped OR a.atttypid < 10000
    AND coalesce(e.typname, t.typname) = ANY (pg_catalog.string_to_array('${plainTypes.replaceAll(/\s+/g, ' ')}', ' ')))
) END`;

/**
 * The number (xid8) that is `since` for checksums read from now on; null while the session's own transaction has written:
 * a row that it deleted would be neither younger nor missing once that is rolled back.
 */
export async function readSettled(session: Session): Promise<string | null> {
  const { rows } = await session.query(`SELECT CASE WHEN pg_catalog.pg_current_xact_id_if_assigned() IS NULL
    THEN pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.text END AS since`);
  return (rows[0]?.['since'] ?? null) as string | null;
}

/**
 * Of the given tables, as they are now, the checksums of those that have not been written since: as many rows are visible
 * as then, and each of them is older. An update, of the same values too, makes a younger row. It reads the rows, but not
 * what they hold.
 */
export async function findUnwritten(
  session: Session,
  tables: readonly (TableScope & { readonly shape: string | null })[],
  { tables: earlier, since }: EarlierChecksums,
): Promise<ReadonlyMap<string, TableChecksum>> {
  const byName = new Map(earlier.map((table) => [table.relation, table]));
  const alike = tables.flatMap(({ relation, shape, columns }) => {
    const then = byName.get(relation);
    const isAlike = then !== undefined && shape !== null && then.shape === shape && then.checksum !== null;
    return isAlike && isSameList(then.columns, columns) ? [then] : [];
  });
  if (alike.length === 0) return new Map();
  const { rows } = await session.query(
    [
      `SELECT NULL AS relation, 0 AS rows, pg_catalog.age(${quoteLiteral(since)}::pg_catalog.xid8::pg_catalog.xid) AS age`,
      ...alike.map(({ relation }) => ageSql(relation)),
    ].join('\nUNION ALL\n'),
  );
  const [first, ...counted] = rows;
  const unwritten = counted.flatMap((row) => {
    const then = byName.get(String(row['relation']));
    const isOlder = row['age'] === null || Number(row['age']) > Number(first?.['age']);
    return then !== undefined && isOlder && Number(row['rows']) === then.rows ? [then] : [];
  });
  return new Map(unwritten.map((table) => [table.relation, table]));
}

/** How many rows there are, and how many transaction numbers ago the youngest was written; null for none. */
function ageSql(relation: string): string {
  return `SELECT ${quoteLiteral(relation)}, pg_catalog.count(*), pg_catalog.min(pg_catalog.age(t.xmin)) FROM ONLY ${relation} AS t`;
}

/** The same in the same order. */
export function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}
