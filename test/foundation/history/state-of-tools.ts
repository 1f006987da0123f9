import type { AppliedHistory } from '../../../src/foundation/history/applied-history.js';

/** A format's fixture, the table that its tool would have made and filled in a database, and what that means. */
export interface StateOfTool {
  readonly format: string;
  readonly what: string;
  readonly sql: string;
  /** Lists that are left out are empty. */
  readonly expected: Partial<AppliedHistory>;
}

/** Tables as the tools create them; rows of tools that are published on npm are as those wrote them. */
export const statesOfTools: readonly StateOfTool[] = [
  {
    format: 'prisma',
    what: 'applied, edited, failed and rolled back',
    sql: `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
        migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
        applied_steps_count integer NOT NULL DEFAULT 0);
      INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at, started_at) VALUES
        ('1', '481547b0516e7b24d5c46deac974dc1f08fdac632288d82c27a8d2e6b14d665a', now(), '20240101120000_init', NULL, '2024-01-01'),
        ('2', 'x', NULL, '20240102120000_add_name', now(), '2024-01-02'),
        ('3', 'edited', now(), '20240102120000_add_name', NULL, '2024-01-03'),
        ('4', 'x', NULL, '20240103120000_index_name', NULL, '2024-01-04'),
        ('5', 'x', now(), '20231231000000_gone', NULL, '2023-12-31')`,
    expected: {
      tool: 'Prisma Migrate',
      table: 'public._prisma_migrations',
      applied: ['20240101120000_init', '20240102120000_add_name'],
      edited: ['20240102120000_add_name'],
      failed: ['20240103120000_index_name'],
      unknown: ['20231231000000_gone'],
      gapConduct: 'applies',
    },
  },
  {
    format: 'drizzle',
    what: 'a newer entry without an older one, which Drizzle passes over',
    sql: `CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
      INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('edited', 1704196800000), ('gone', 1600000000000)`,
    expected: {
      tool: 'Drizzle',
      table: 'drizzle.__drizzle_migrations',
      applied: ['0001_quick_thor'],
      edited: ['0001_quick_thor'],
      unknown: ['entry of 1600000000000'],
      gaps: ['0000_glad_hulk'],
      gapConduct: 'skips',
    },
  },
  {
    format: 'atlas',
    what: 'files from before the checkpoint, so that the checkpoint never runs; one unfinished',
    sql: `CREATE SCHEMA atlas_schema_revisions;
      CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY KEY, description varchar, type bigint DEFAULT 2,
        applied bigint DEFAULT 0, total bigint DEFAULT 0, executed_at timestamptz, execution_time bigint, error text, error_stmt text,
        hash varchar, partial_hashes jsonb, operator_version varchar);
      INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, type, applied, total, hash) VALUES
        ('.atlas_cloud_identifier', 0, 0, 0, ''), ('20240101000000', 2, 1, 1, 'tWJ8kw4SjoFEy3/pfUUaQPywhNXV9WAS92vPS0+2QzM='),
        ('20240301000000', 2, 0, 1, '1E20WAeD6vQseNjUswKGgDq8hIHRpVaNH4x1c0rSt1M='), ('20250101000000', 2, 1, 1, '')`,
    expected: {
      tool: 'Atlas',
      table: 'atlas_schema_revisions.atlas_schema_revisions',
      applied: ['20240201000000'],
      failed: ['20240301000000'],
      unknown: ['20250101000000'],
      gapConduct: 'refuses',
    },
  },
  {
    format: 'liquibase',
    what: 'a changeset known by another folder, one of a file that is gone, and one that runs on change',
    sql: `CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
        dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35));
      INSERT INTO databasechangelog VALUES ('2', 'ann', 'db/changes/002-functions.sql', now(), 3, 'EXECUTED', '9:00'),
        ('1', 'ann', 'classpath:db/changes/001-users.sql', now(), 1, 'EXECUTED', '9:00'),
        ('1', 'ann', 'db/changes/000-old.sql', now(), 2, 'MARK_RAN', '9:00')`,
    expected: {
      tool: 'Liquibase formatted SQL',
      table: 'public.databasechangelog',
      applied: ['ann:1'],
      unknown: ['ann:1 (db/changes/000-old.sql)'],
      again: ['ann:2'],
      gapConduct: 'applies',
    },
  },
  {
    format: 'graphile-migrate',
    what: 'one committed as it is, one with another seal',
    sql: `CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY,
        previous_hash text REFERENCES graphile_migrate.migrations, filename text NOT NULL, date timestamptz NOT NULL DEFAULT now());
      INSERT INTO graphile_migrate.migrations VALUES ('sha1:a6321210ecb751c663a2f7fa5dceea2adf9c368e', NULL, '000001.sql', '2024-01-01'),
        ('sha1:other', NULL, '000002.sql', '2024-01-02')`,
    expected: {
      tool: 'graphile-migrate',
      table: 'graphile_migrate.migrations',
      applied: ['000001', '000002'],
      edited: ['000002'],
      gapConduct: 'refuses',
    },
  },
  {
    format: 'flyway',
    what: 'undone, deleted, failed and edited versions, repeatable ones as they are and changed',
    sql: `CREATE SCHEMA app; CREATE TABLE app.flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50),
        description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer,
        installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL, success boolean NOT NULL);
      INSERT INTO app.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        SELECT rank, version, description, type, '', checksum, 'x', 0, success FROM (VALUES
          (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', NULL::int, true), (1, '1', 'create users', 'SQL', -523660412, true),
          (2, '2.1', 'index emails', 'SQL', 7, true), (3, '2.2', 'vacuum and mark', 'SQL', 137837513, true),
          (4, '2.2', 'vacuum and mark', 'UNDO_SQL', 1, true), (5, '9', 'gone', 'SQL', 1, true), (6, '9', 'gone', 'DELETE', 1, true),
          (7, '8', 'gone', 'SQL', 1, true), (8, NULL, 'active users', 'SQL', -38756341, true), (9, NULL, 'user names', 'SQL', 5, true),
          (10, '10.0', 'add name', 'SQL', 577072163, true), (11, '11', 'settings', 'SQL', 2063313435, false)
        ) rows (rank, version, description, type, checksum, success)`,
    expected: {
      tool: 'Flyway',
      table: 'app.flyway_schema_history',
      applied: ['1', '2.1', 'R__active_users', '10'],
      edited: ['2.1'],
      failed: ['11'],
      unknown: ['8'],
      again: ['R__user_names'],
      gaps: ['2.2'],
      gapConduct: 'refuses',
    },
  },
  {
    format: 'dbmate',
    what: 'versions, one of them without a file',
    sql: `CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
      INSERT INTO schema_migrations VALUES ('20240102000000'), ('20230101000000')`,
    expected: {
      tool: 'dbmate',
      table: 'public.schema_migrations',
      applied: ['20240102000000'],
      unknown: ['20230101000000'],
      gaps: ['20240101000000'],
      gapConduct: 'applies',
    },
  },
  {
    format: 'goose',
    what: 'a version that was taken back by a row of its own',
    sql: `CREATE TABLE goose_db_version (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, version_id bigint NOT NULL,
        is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());
      INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false), (7, true)`,
    expected: {
      tool: 'goose',
      table: 'public.goose_db_version',
      applied: ['1'],
      unknown: ['7'],
      gapConduct: 'refuses',
    },
  },
  {
    format: 'diesel',
    what: 'versions without their dashes',
    sql: `CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT current_timestamp);
      INSERT INTO __diesel_schema_migrations VALUES ('20240102030405', '2024-01-02'), ('00000000000000', '2024-01-01')`,
    expected: {
      tool: 'Diesel',
      table: 'public.__diesel_schema_migrations',
      applied: ['00000000000000', '20240102030405'],
      gapConduct: 'applies',
    },
  },
  {
    format: 'node-pg-migrate',
    what: 'names, in the order in which they ran',
    sql: `CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
      INSERT INTO pgmigrations (name, run_on) VALUES ('20240102000000000_add-a', '2024-01-02'), ('2_no-marks', '2024-01-01')`,
    expected: {
      tool: 'node-pg-migrate',
      table: 'public.pgmigrations',
      applied: ['2_no-marks', '20240102000000000_add-a'],
      gaps: ['1704067200000_users'],
      gapConduct: 'refuses',
    },
  },
  {
    format: 'sqlx',
    what: 'one as it is, one edited, one that did not finish',
    sql: `CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(),
        success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
      INSERT INTO _sqlx_migrations VALUES
        (20240101000000, '', now(), true, '\\x236c656c37be259f69b8d77468213c0e53df7cb59b00163f59df94cdebdc0f7429102d725b1ca26e433d1f54e9f48f06', 1),
        (20240102000000, '', now(), true, '\\x00', 1), (20240103000000, '', now(), false,
        '\\xe7bdb04eaf132f9f51165acafb6f2ae60a226e3468201d9de98870160ba1b82cd24c433d20e008a42fd7030f0193290a', -1)`,
    expected: {
      tool: 'sqlx',
      table: 'public._sqlx_migrations',
      applied: ['20240101000000', '20240102000000'],
      edited: ['20240102000000'],
      failed: ['20240103000000'],
      gapConduct: 'applies',
    },
  },
  {
    format: 'golang-migrate',
    what: 'a dirty version',
    sql: `CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (2, true)`,
    expected: {
      tool: 'golang-migrate',
      table: 'public.schema_migrations',
      applied: ['1'],
      failed: ['2'],
      gapConduct: 'skips',
    },
  },
];
