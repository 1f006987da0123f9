import type { Session } from '../../postgres/session.js';
import type { FillType } from './fillable-table.js';

interface TypeRow {
  readonly oid: string;
  readonly typname: string;
  readonly sql: string;
  readonly typtype: string;
  readonly basetype: string;
  readonly base_sql: string;
  readonly typtypmod: number;
  readonly typnotnull: boolean;
  readonly element: string;
  readonly labels: readonly string[] | null;
  readonly checks: readonly string[] | null;
  readonly fields: number;
}

const readTypeRows = `
  SELECT t.oid::text, t.typname, pg_catalog.format_type(t.oid, -1) AS sql,
         pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base_sql, t.typtype, t.typbasetype::text AS basetype,
         t.typtypmod, t.typnotnull,
         coalesce(r.rngsubtype, m.rngtypid,
                  CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc THEN t.typelem END, 0)::text AS element,
         (SELECT pg_catalog.array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) AS labels,
         (SELECT pg_catalog.array_agg(pg_catalog.pg_get_expr(c.conbin, 0))
            FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c') AS checks,
         (SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS fields
    FROM pg_catalog.pg_type t
    LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
   WHERE t.typtype <> 'p'`;

const noType = '0';

/** Reads all types and gives back what resolves one, by oid, modifier and the SQL that names both. */
export async function readTypes(session: Session): Promise<(oid: string, modifier: number, sql: string) => FillType> {
  const { rows } = await session.query(readTypeRows);
  const types = new Map((rows as unknown as readonly TypeRow[]).map((row) => [row.oid, row]));

  const resolve = (oid: string, modifier: number, sql: string): FillType => {
    const row = types.get(oid);
    if (row === undefined) throw new Error(`pg_type has no type ${oid}`);
    if (row.typtype === 'd') {
      const under = resolve(row.basetype, row.typtypmod, row.base_sql);
      return {
        ...under,
        domainChecks: [...under.domainChecks, ...(row.checks ?? [])],
        domainNotNull: under.domainNotNull || row.typnotnull,
      };
    }
    return {
      name: row.typname,
      sql,
      kind: kindOf(row),
      modifier,
      labels: row.labels ?? [],
      element: row.element === noType ? null : resolve(row.element, modifier, elementSql(row, sql, types)),
      fieldCount: row.fields,
      domainChecks: [],
      domainNotNull: false,
    };
  };
  return resolve;
}

function kindOf(row: TypeRow): FillType['kind'] {
  if (row.typtype === 'e') return 'enum';
  if (row.typtype === 'c') return 'composite';
  if (row.typtype === 'r') return 'range';
  if (row.typtype === 'm') return 'multirange';
  return row.element === noType ? 'base' : 'array';
}

/** The modifier of varchar(5)[] is that of its elements. */
function elementSql(row: TypeRow, sql: string, types: ReadonlyMap<string, TypeRow>): string {
  return kindOf(row) === 'array' ? sql.replace(/\[\]$/, '') : (types.get(row.element)?.sql ?? 'text');
}
