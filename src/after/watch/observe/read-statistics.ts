import { numberOrNull, textOrNull } from '../../../foundation/activity/row-values.js';
import { momentSql } from '../../../foundation/activity/read-sessions.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { DatabaseFigures, RelationFigures } from '../../../model/target-figures.js';

/*
 * Sizes by the catalog's own estimate: the functions that measure them open the relation, and would wait behind whoever
 * has locked it. A partitioned table stands for its partitions.
 */
const relationsSql = `
  WITH RECURSIVE wanted AS (
    SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation, c.oid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm')
      AND pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) = ANY ($1::text[])
    UNION SELECT w.relation, i.inhrelid FROM wanted w JOIN pg_catalog.pg_inherits i ON i.inhparent = w.oid
  ), heaps AS (
    SELECT w.relation, c.oid, c.relpages, c.reltoastrelid,
      c.relpages + coalesce(t.relpages, 0) + coalesce((SELECT sum(x.relpages) FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid IN (c.oid, c.reltoastrelid)), 0) AS pages
    FROM wanted w JOIN pg_catalog.pg_class c ON c.oid = w.oid
      LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
    WHERE c.relkind IN ('r', 'm')
  )
  SELECT h.relation, sum(h.pages)::float8 * pg_catalog.current_setting('block_size')::float8 AS bytes,
    sum(pg_catalog.pg_stat_get_live_tuples(h.oid))::float8 AS live, sum(pg_catalog.pg_stat_get_dead_tuples(h.oid))::float8 AS dead,
    sum(pg_catalog.pg_stat_get_numscans(h.oid))::float8 AS sequential,
    sum((SELECT sum(pg_catalog.pg_stat_get_numscans(i.indexrelid)) FROM pg_catalog.pg_index i WHERE i.indrelid = h.oid))::float8 AS by_index
  FROM heaps h GROUP BY h.relation ORDER BY h.relation`;

/** More tables than that are a record that nobody reads. */
const mostTables = 1_000;

const tablesSql = `
  SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper')
  ORDER BY c.relpages DESC, relation LIMIT ${mostTables}`;

/** Names of the database's tables, the largest first. Driver's errors pass. */
export async function listTables(session: Session): Promise<readonly string[]> {
  const { rows } = await session.query(tablesSql);
  return rows.map((row) => String(row['relation']));
}

/** Figures of tables by their names; those that are not there are left out. Driver's errors pass. */
export async function readRelationFigures(
  session: Session,
  relations: readonly string[],
): Promise<readonly RelationFigures[]> {
  if (relations.length === 0) return [];
  const { rows } = await session.query(relationsSql, [relations]);
  return rows.map((row) => ({
    relation: String(row['relation']),
    bytes: numberOrNull(row, 'bytes'),
    liveRows: numberOrNull(row, 'live'),
    deadRows: numberOrNull(row, 'dead'),
    sequentialScans: numberOrNull(row, 'sequential'),
    indexScans: numberOrNull(row, 'by_index'),
  }));
}

const databaseSql = `
  SELECT pg_catalog.pg_stat_get_db_deadlocks(d.oid) AS deadlocks, pg_catalog.pg_stat_get_db_temp_files(d.oid) AS files,
    pg_catalog.pg_stat_get_db_temp_bytes(d.oid) AS temp_bytes, pg_catalog.pg_stat_get_db_xact_commit(d.oid) AS commits,
    pg_catalog.pg_stat_get_db_xact_rollback(d.oid) AS rollbacks, ${momentSql('pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)')} AS since,
    ${momentSql('pg_catalog.pg_postmaster_start_time()')} AS started
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

/** The counters of the session's database, without its size. Driver's errors pass. */
export async function readDatabaseFigures(session: Session): Promise<DatabaseFigures> {
  const [row = {}] = (await session.query(databaseSql)).rows;
  return {
    bytes: null,
    deadlocks: numberOrNull(row, 'deadlocks') ?? 0,
    tempFiles: numberOrNull(row, 'files') ?? 0,
    tempBytes: numberOrNull(row, 'temp_bytes') ?? 0,
    commits: numberOrNull(row, 'commits') ?? 0,
    rollbacks: numberOrNull(row, 'rollbacks') ?? 0,
    // A database whose counters were never reset counts since the server made it; its start is the least that is sure.
    since: textOrNull(row, 'since') ?? textOrNull(row, 'started'),
  };
}

/** Walks through the database's folder, and opens no relation. Null for who may not connect to it. Driver's errors pass. */
export async function readDatabaseSize(session: Session): Promise<number | null> {
  const { rows } = await session.query(
    'SELECT pg_catalog.pg_database_size(pg_catalog.current_database())::float8 AS bytes',
  );
  return numberOrNull(rows[0] ?? {}, 'bytes');
}
