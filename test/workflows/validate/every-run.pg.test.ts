import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodeOfRun } from '../../../src/cli/exit-code.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { intactOf, readRecords } from '../../../src/foundation/records/read-records.js';
import { applySchema } from '../../../src/report/apply-schema.js';
import { renderApplyTerminal } from '../../../src/report/apply/terminal.js';
import { apply } from '../../../src/workflows/apply.js';
import { applyCommand, type ApplyCommandRequest } from '../../../src/workflows/apply-command.js';
import { resume } from '../../../src/workflows/resume.js';
import { changeFor, dbmate } from '../target/target-bench.js';
import { openBench, type WatchBench } from '../watch/watch-bench.js';

let cluster: Cluster;
let admin: Session;
let count = 0;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  admin = await connect(cluster.connection(), { applicationName: 'admin' });
});
afterAll(async () => {
  await admin?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

async function bench(more = '', files: Readonly<Record<string, string>> = {}): Promise<WatchBench> {
  count += 1;
  const database = `validated_${count}`;
  await admin.query(`CREATE DATABASE ${database}`);
  return openBench({ ...cluster.connection(), database }, { files, more });
}

const database = { database: null, target: 'production' };

/** A tool as teams write them: it reads DATABASE_URL, and sends what it is given. */
async function command({ cwd }: WatchBench, sql: string, wanted: Partial<ApplyCommandRequest> = {}) {
  const pg = new URL('../../../node_modules/pg/lib/index.js', import.meta.url).pathname;
  const tool = `const { Client } = require(${JSON.stringify(pg)});
    (async () => {
      const client = new Client(process.env.DATABASE_URL);
      await client.connect();
      await client.query(process.argv[2]);
      await client.end();
    })();`;
  await writeFile(join(cwd, 'migrate.cjs'), tool);
  const env = { PATH: process.env['PATH'] };
  return applyCommand({ ...changeFor(cwd, ''), env, database, exec: `node migrate.cjs '${sql}'`, ...wanted });
}

test('what the team’s own command did is validated, by what its statements touched', async () => {
  await using shop = await bench();
  await shop.session.query('CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE beside (id int)');
  const sql = 'ALTER TABLE users ADD COLUMN email text';
  const { report } = await command(shop, sql);
  expect(report).toMatchObject({ verdict: 'applied', validation: { verdict: 'passed', touched: ['public.users'] } });
  expect(report.figures?.before.relations.map(({ relation }) => relation)).toEqual(['public.users']);
  expect(report.figures?.before.metrics).toMatchObject({ p95Ms: { median: 40 } });
  expect(report.figures?.after?.relations.map(({ relation }) => relation)).toEqual(['public.users']);
  expect(applySchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  const validations = intactOf<unknown>(await readRecords(`${shop.cwd}/.lockkeeper`), 'validation');
  expect(validations).toHaveLength(1);
});

test('what the command leaves broken fails the validation; without one nobody looks', async () => {
  await using shop = await bench();
  await shop.session.query(`CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (user_id bigint);
    INSERT INTO orders VALUES (7)`);
  const sql = 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID';
  const { report } = await command(shop, sql);
  expect(report.validation?.decision).toMatch(/^Roll back now/);
  expect(report.validation?.faults.map(({ name }) => name)).toContain('orders_user');
  expect(exitCodeOfRun(report)).toBe(1);
  const again = await command(shop, 'SELECT 1', { validate: false });
  expect(again.report.validation).toBeNull();
});

test('a run that is taken up is validated with what the whole of it touched', async () => {
  await using shop = await bench('', {
    'db/migrations/00001_tables.sql': `-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE first (id int PRIMARY KEY);
CREATE TABLE second (id int PRIMARY KEY);
`,
  });
  await breakOff(shop);
  expect(
    (await shop.session.query(`SELECT to_regclass('first')::text AS first, to_regclass('second') AS second`)).rows,
  ).toEqual([{ first: 'first', second: null }]);
  const { report } = await resume({ ...changeFor(shop.cwd, ''), database });
  expect(report).toMatchObject({ verdict: 'applied', validation: { verdict: 'passed' } });
  expect(report.figures?.touched).toEqual(['public.first', 'public.second']);
  expect(report.figures?.before.metrics).toMatchObject({ p95Ms: { median: 40 } });
  expect(report.figures?.after).not.toBeNull();
});

/** As a runner leaves it whose machine is gone after its first step: no end is in the ledger, and nobody holds the lease. */
async function breakOff({ cwd, session }: WatchBench): Promise<void> {
  await session.query(`CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS
    $$BEGIN IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.second') THEN
      PERFORM pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE application_name LIKE 'lockkeeper%' AND datname = current_database() AND pid <> pg_backend_pid();
      PERFORM pg_catalog.pg_terminate_backend(pg_backend_pid());
    END IF; END$$;
    CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop()`);
  await apply({ ...changeFor(cwd, ''), database }).catch(() => undefined);
  await session.query('DROP EVENT TRIGGER stop');
}

test('where nobody can look afterwards that is unknown, said, and no success', async () => {
  await using shop = await bench('', {
    'db/migrations/20260101000000_users.sql': dbmate('CREATE TABLE users (id int);', 'DROP TABLE users;'),
  });
  // The validation asks for the health before it connects; the record of the run is on disk by then.
  shop.application.healthy = async () => {
    const ran = intactOf<unknown>(await readRecords(`${shop.cwd}/.lockkeeper`), 'apply').length > 0;
    if (ran) await admin.query(`ALTER DATABASE ${shop.session.target.database} ALLOW_CONNECTIONS false`);
    return true;
  };
  const { report } = await shop.apply();
  expect(report).toMatchObject({ verdict: 'applied', validation: { verdict: 'unknown', checks: [] } });
  expect(report.validation?.decision).toContain('`lockkeeper validate`');
  expect(exitCodeOfRun(report)).toBe(1);
  expect(applySchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  const shown = renderApplyTerminal(report, { color: false, width: 100 });
  expect(shown).toContain('VALIDATION UNKNOWN');
});
