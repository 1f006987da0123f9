import type { Session } from '../../../../src/foundation/postgres/session.js';
import type { QualifiedTable } from '../../../../src/foundation/project/state-writing.js';

/** Columns whose values are another each time. */
const passing = [
  'date',
  'run_on',
  'tstamp',
  'installed_on',
  'applied_at',
  'started_at',
  'finished_at',
  'dateexecuted',
  // Liquibase's account of itself and of the run; the checksum is its own affair, too.
  'liquibase',
  'deployment_id',
  'md5sum',
];

export interface StateTableShape {
  /** Columns, constraints and indexes of all tables of the tool, as the server writes them. */
  readonly definition: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const definition = `WITH tables AS (SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname !~ '^t[0-9]$')
  SELECT relname || ' ' || line AS line FROM (
    SELECT relname, a.attnum::text AS place, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'not null' END, nullif(a.attidentity::text, ''), pg_get_expr(d.adbin, d.adrelid)) AS line
      FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL SELECT relname, 'c' || conname, conname || ' ' || pg_get_constraintdef(o.oid)
      FROM tables JOIN pg_constraint o ON o.conrelid = tables.oid
    UNION ALL SELECT relname, 'i', pg_get_indexdef(i.indexrelid) FROM tables JOIN pg_index i ON i.indrelid = tables.oid
  ) lines ORDER BY relname, place, line`;

/** What a tool's table is and holds; ids that are random and times are left out. */
export async function readShape(session: Session, { schema, name }: QualifiedTable): Promise<StateTableShape> {
  const lines = await session.query(definition, [schema]);
  const { rows } = await session.query(
    `SELECT to_jsonb(s) - $1::text[] AS row FROM "${schema}"."${name}" s ORDER BY s::text`,
    [passing],
  );
  return {
    definition: lines.rows.map(({ line }) => line as string),
    rows: rows.map(({ row }) => withoutRandom(row as Record<string, unknown>)).toSorted(compareRows),
  };
}

function withoutRandom({ id, ...row }: Record<string, unknown>): Readonly<Record<string, unknown>> {
  return typeof id === 'number' ? { id, ...row } : row;
}

function compareRows(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other));
}
