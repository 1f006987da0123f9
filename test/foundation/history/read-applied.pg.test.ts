import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppliedHistory } from '../../../src/foundation/history/applied-history.js';
import { readApplied } from '../../../src/foundation/history/read-applied.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { formats } from '../../../src/foundation/project/formats/index.js';
import { readProject } from '../../../src/foundation/project/read-project.js';
import type { Project } from '../../../src/model/migration.js';
import { statesOfTools } from './state-of-tools.js';

const fixtures = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));
const nothing = { placeholders: {}, variables: {} };
const empty = { applied: [], unknown: [], edited: [], failed: [], again: [], gaps: [] };

const emptyDatabase = `DO $$ DECLARE made name; BEGIN
  FOR made IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', made);
  END LOOP; END $$; CREATE SCHEMA public; SET search_path = public`;

const projectOf = (format: string): Promise<Project> =>
  readProject(`${fixtures}/${format}/in`, { format: 'auto', placeholders: {} });

test('every format but plain SQL has a table, and a case here', () => {
  const keeping = formats.filter((format) => 'stateTable' in format).map(({ id }) => id);
  expect(keeping.toSorted()).toEqual(statesOfTools.map(({ format }) => format).toSorted());
  expect(formats.filter((format) => !('stateTable' in format)).map(({ id }) => id)).toEqual(['plain']);
});

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  /** What follows is about our own code rather than a server's, so one major will do. */
  const onOneMajor = test.skipIf(major !== 18);
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  /** One database for all: to make one takes longer than to empty it. */
  async function databaseWith(sql: string): Promise<Session> {
    const session = await connect(cluster.connection(), { applicationName: 'history test' });
    await session.query(`${emptyDatabase}; ${sql}`);
    return session;
  }

  test.each(statesOfTools)('$format: $what', async ({ format, sql, expected }) => {
    await using session = await databaseWith(sql);
    const history = await readApplied(session, await projectOf(format), nothing);
    expect(history).toEqual({ ...empty, wantedTable: expect.any(String) as string, ...expected });
    expect(session.transactionStatus).toBe('idle');
  });

  onOneMajor('without a table nothing is applied, and none is made', async () => {
    await using session = await databaseWith('');
    const history = await readApplied(session, await projectOf('dbmate'), nothing);
    expect(history).toMatchObject({ ...empty, table: null, wantedTable: 'schema_migrations' });
    const { rows } = await session.query(
      "SELECT 1 FROM pg_catalog.pg_class WHERE relnamespace = 'public'::pg_catalog.regnamespace",
    );
    expect(rows).toEqual([]);
  });

  onOneMajor("a table of that name with another tool's columns is not taken", async () => {
    await using session = await databaseWith('CREATE TABLE schema_migrations (version text)');
    expect((await readApplied(session, await projectOf('golang-migrate'), nothing)).table).toBeNull();
  });

  onOneMajor('two tables that could be it are an error; the placeholder chooses', async () => {
    const table = 'schema_migrations (version varchar PRIMARY KEY)';
    await using session = await databaseWith(
      `CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.${table}; CREATE TABLE b.${table}; INSERT INTO b.schema_migrations VALUES ('3')`,
    );
    const project = await projectOf('dbmate');
    await expect(readApplied(session, project, nothing)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('a.schema_migrations, b.schema_migrations') as string,
    });
    const options = { ...nothing, placeholders: { stateTable: 'b.schema_migrations' } };
    expect(await readApplied(session, project, options)).toMatchObject({
      applied: ['3'],
      table: 'b.schema_migrations',
    });
  });

  onOneMajor('a locked table ends the reading soon, and one that may not be read says so', async () => {
    await using session = await databaseWith('CREATE TABLE schema_migrations (version varchar PRIMARY KEY)');
    const project = await projectOf('dbmate');
    await using holder = await connect(cluster.connection(), { applicationName: 'history test' });
    await holder.query('BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE');
    await expect(readApplied(session, project, nothing)).rejects.toMatchObject({
      code: 'query-failed',
      sqlState: '55P03',
    });
    await holder.query('ROLLBACK; DROP ROLE IF EXISTS stranger; CREATE ROLE stranger');
    await session.query('SET ROLE stranger');
    await expect(readApplied(session, project, nothing)).rejects.toMatchObject({
      code: 'query-failed',
      sqlState: '42501',
    });
    expect(session.transactionStatus).toBe('idle');
  });

  onOneMajor('plain SQL has no table', async () => {
    await using session = await databaseWith('');
    await expect(readApplied(session, await projectOf('plain'), nothing)).rejects.toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('--pending N, --from ID') as string,
    });
  });

  onOneMajor("a tool's own settings name its table", async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-history-'));
    try {
      await writeFile(join(dir, '.env'), 'DATABASE_URL=x\nexport DBMATE_MIGRATIONS_TABLE="ops.versions" # ours\n');
      await writeFile(join(dir, '1_a.sql'), '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n');
      const project = await readProject(dir, { format: 'auto', placeholders: {} });
      await using session = await databaseWith(
        "CREATE SCHEMA ops; CREATE TABLE ops.versions (version varchar); INSERT INTO ops.versions VALUES ('1')",
      );
      const history: AppliedHistory = await readApplied(session, project, nothing);
      expect(history).toMatchObject({ table: 'ops.versions', applied: ['1'] });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
