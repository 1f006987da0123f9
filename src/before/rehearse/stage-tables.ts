import type { TrafficRelation } from '../../foundation/observers/traffic/resolve-statement.js';
import type { Session } from '../../foundation/postgres/session.js';

export interface StageTables {
  readonly relations: readonly TrafficRelation[];
  /** In words, what was chosen and why. */
  readonly note: string;
}

/** As many as can have a session for each kind of request. */
const mostTables = 12;

/** A partition is worked on through its table; what an extension brought is not the team's. */
const tablesBySize = `SELECT n.nspname AS schema, c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY coalesce((SELECT sum(pg_catalog.pg_table_size(t.relid)) FROM pg_catalog.pg_partition_tree(c.oid) t),
      pg_catalog.pg_table_size(c.oid)) DESC, 1, 2`;

/** The tables for the traffic around a command, which does not tell beforehand what it will touch. */
export async function chooseStageTables(session: Session): Promise<StageTables> {
  const { rows } = await session.query(tablesBySize);
  const relations = rows
    .slice(0, mostTables)
    .map((row) => ({ schema: String(row['schema']), name: String(row['name']) }));
  return { relations, note: noteOn(relations.length, rows.length) };
}

function noteOn(chosen: number, all: number): string {
  if (all === 0) {
    return 'There was no traffic: the stage had no tables before the command ran. --schema-from or --data bring some.';
  }
  const which = chosen < all ? `the ${chosen} largest of the stage's ${all} tables` : 'every table of the stage';
  return `Traffic ran on ${which}, as they were before the command: it does not tell beforehand which it touches.`;
}
