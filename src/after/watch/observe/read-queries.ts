import { numberOrNull } from '../../../foundation/activity/row-values.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { qualifiedName } from '../../../foundation/sql/quote-identifier.js';
import type { QueryFigures } from '../../../model/target-figures.js';

const homeSql = `SELECT n.nspname AS schema FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;

const mostQueries = 60;
const longestText = 300;

/** Only of these does the extension take the constants out: a CREATE ROLE keeps its password. */
const normalised = '^\\s*(select|insert|update|delete|merge|with|values|table)\\M';

/**
 * The statements of this database that cost most, without their constants; null where the extension is not there.
 * Driver's errors pass: who may not see them, and a library that is not loaded.
 */
export async function readQueryFigures(session: Session): Promise<readonly QueryFigures[] | null> {
  const schema = (await session.query(homeSql)).rows[0]?.['schema'];
  if (typeof schema !== 'string') return null;
  const sql = `SELECT s.queryid::text AS id, pg_catalog.left(pg_catalog.min(s.query), ${longestText}) AS query,
      sum(s.calls)::float8 AS calls, sum(s.total_exec_time)::float8 AS total
    FROM ${qualifiedName(schema, 'pg_stat_statements')} s
    WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
      AND s.queryid IS NOT NULL AND s.query ~* '${normalised}'
    GROUP BY s.queryid ORDER BY total DESC LIMIT ${mostQueries}`;
  const { rows } = await session.query(sql);
  return rows.map((row) => ({
    queryId: String(row['id']),
    query: String(row['query']).replace(/\s+/g, ' ').trim(),
    calls: numberOrNull(row, 'calls') ?? 0,
    totalMs: numberOrNull(row, 'total') ?? 0,
  }));
}
