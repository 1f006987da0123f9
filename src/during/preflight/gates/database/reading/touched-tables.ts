import { numberOrNull } from '../../../../../foundation/activity/row-values.js';
import type { Session } from '../../../../../foundation/postgres/session.js';
import type { TouchedRelation } from '../../../gate-context.js';

/** A touched relation as the catalog knows it. */
export interface KnownRelation {
  readonly relation: string;
  readonly oid: number;
  /** The strongest lock that the change asks for. */
  readonly mode: string;
  readonly rewritten: boolean;
}

/* Without a regclass, which would open nothing either, but fails where a schema may not be used. */
const knownSql = `SELECT r.name, c.oid::pg_catalog.int8 AS oid
  FROM pg_catalog.unnest($1::pg_catalog.text[]) AS r(name)
    JOIN pg_catalog.pg_namespace n ON pg_catalog.starts_with(r.name, pg_catalog.quote_ident(n.nspname) || '.')
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
      AND pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) = r.name`;

/** Those of the touched relations that the session's database has, by OID. Opens none of them. */
export async function findTouched(
  session: Session,
  touched: readonly TouchedRelation[],
): Promise<readonly KnownRelation[]> {
  if (touched.length === 0) return [];
  const byName = new Map(touched.map((one) => [one.relation, one]));
  const { rows } = await session.query(knownSql, [[...byName.keys()]]);
  return rows.flatMap((row) => {
    const one = byName.get(String(row['name']));
    return one === undefined
      ? []
      : [{ relation: one.relation, oid: Number(row['oid']), mode: one.mode, rewritten: one.rewritten }];
  });
}

/* An index stands for its table. */
const tablesSql = `SELECT DISTINCT c.oid::pg_catalog.int8 AS oid, NULLIF(c.reltoastrelid, 0)::pg_catalog.int8 AS toast,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation
  FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS t(oid) LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = t.oid
    JOIN pg_catalog.pg_class c ON c.oid = coalesce(i.indrelid, t.oid)
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'p') ORDER BY 3`;

export interface TouchedTable {
  readonly relation: string;
  readonly oid: number;
  readonly toastOid: number | null;
}

/** The tables, partitioned ones and materialised views among the touched relations, or whose indexes are. */
export async function findTouchedTables(
  session: Session,
  touched: readonly TouchedRelation[],
): Promise<readonly TouchedTable[]> {
  const known = await findTouched(session, touched);
  const { rows } = await session.query(tablesSql, [known.map(({ oid }) => oid)]);
  return rows.map((row) => ({
    relation: String(row['relation']),
    oid: Number(row['oid']),
    toastOid: numberOrNull(row, 'toast'),
  }));
}

const databaseSql = `SELECT d.oid::pg_catalog.int8 AS oid FROM pg_catalog.pg_database d
  WHERE d.datname = pg_catalog.current_database()`;

/** OID of the session's database. */
export async function readDatabaseOid(session: Session): Promise<number> {
  return Number((await session.query(databaseSql)).rows[0]?.['oid']);
}
