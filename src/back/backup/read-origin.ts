import type { Session } from '../../foundation/postgres/session.js';

/** The database that is backed up, as the snapshot in which this is read sees it. */
export interface Origin {
  readonly major: number;
  readonly version: string;
  readonly database: string;
  readonly encoding: string;
  readonly databaseBytes: number;
  /** Of the server's clock, ISO 8601, UTC. */
  readonly at: string;
  readonly lsn: string;
  readonly standby: boolean;
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
}

/** The bootstrap superuser (10) stands in no dependency. Roles that the server makes itself are left out. */
const originSql = `SELECT pg_catalog.current_setting('server_version') AS version,
  pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major,
  pg_catalog.current_database() AS database,
  pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
  pg_catalog.pg_database_size(d.oid) AS bytes,
  pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
  pg_catalog.pg_is_in_recovery() AS standby,
  CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
    ELSE pg_catalog.pg_current_wal_lsn() END::pg_catalog.text AS lsn,
  (SELECT coalesce(pg_catalog.json_agg(r.rolname ORDER BY r.rolname), '[]') FROM pg_catalog.pg_roles r
    WHERE r.rolname !~ '^pg_' AND (r.oid = 10 OR EXISTS (SELECT FROM pg_catalog.pg_shdepend s
      WHERE s.dbid = d.oid AND s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.refobjid = r.oid))) AS roles,
  (SELECT coalesce(pg_catalog.json_agg(e.extname ORDER BY e.extname), '[]') FROM pg_catalog.pg_extension e) AS extensions
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

export async function readOrigin(session: Session): Promise<Origin> {
  const row = (await session.query(originSql)).rows[0] ?? {};
  return {
    major: Number(row['major']),
    version: String(row['version']).split(' ')[0] ?? '',
    database: String(row['database']),
    encoding: String(row['encoding']),
    databaseBytes: Number(row['bytes']),
    at: String(row['at']),
    lsn: String(row['lsn']),
    standby: row['standby'] === true,
    roles: row['roles'] as readonly string[],
    extensions: row['extensions'] as readonly string[],
  };
}

/** A table whose rows are dumped. */
export interface DumpedTable {
  /** `schema.name`, each part as quote_ident writes it. */
  readonly relation: string;
  readonly columns: readonly string[];
  /** With its TOAST, without indexes. */
  readonly bytes: number;
  /** By the server's statistics; null where there are none. */
  readonly estimatedRows: number | null;
}

/**
 * Tables and leaves of partitioned ones. What an extension brought is left out, for only a part of it is dumped; so is
 * what rollbacks keep, which no checksum covers. Materialised views are filled anew by a restore.
 */
const tablesSql = `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation,
  coalesce((SELECT pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE "C") FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'), '[]') AS columns,
  pg_catalog.pg_table_size(c.oid) AS bytes, nullif(c.reltuples, -1) AS rows
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper_keep')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND e.objid = c.oid AND e.deptype = 'e')
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

/** Opens each table under ACCESS SHARE for its size, as the dump does. */
export async function readDumpedTables(session: Session): Promise<readonly DumpedTable[]> {
  const { rows } = await session.query(tablesSql);
  return rows.map((row) => ({
    relation: String(row['relation']),
    columns: row['columns'] as readonly string[],
    bytes: Number(row['bytes']),
    estimatedRows: row['rows'] === null ? null : Number(row['rows']),
  }));
}
