import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOfRun } from '../../../src/cli/exit-code.js';
import { exitCodeOfWatch } from '../../../src/cli/run-watch.js';
import { readSnapshot } from '../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { intactOf, readRecords } from '../../../src/foundation/records/read-records.js';
import { readProject } from '../../../src/foundation/project/read-project.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { ApplyReport } from '../../../src/model/apply-report.js';
import { applySchema } from '../../../src/report/apply-schema.js';
import { validationSchema, watchSchema } from '../../../src/report/watch-schemas.js';
import { validate } from '../../../src/workflows/validate.js';
import { recordProof } from '../../../src/workflows/rollback/prove-record.js';
import { dbmate } from '../target/target-bench.js';
import { openBench, type WatchBench } from './watch-bench.js';

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

const shop = {
  'db/migrations/20260101000000_users.sql': dbmate(
    'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
    'DROP TABLE users;',
  ),
};
const index = {
  'db/migrations/20260102000000_index.sql': dbmate(
    'CREATE INDEX users_email ON users (email);',
    'DROP INDEX users_email;',
  ),
};

async function bench(more = '', files: Readonly<Record<string, string>> = shop): Promise<WatchBench> {
  count += 1;
  const database = `watched_${count}`;
  await admin.query(`CREATE DATABASE ${database}`);
  return openBench({ ...cluster.connection(), database }, { files, more });
}

describe('validation after apply', () => {
  test('all is well: figures and a record are kept, and the exit code is 0', async () => {
    await using shopBench = await bench(
      `    validate: { smoke: ["true"], queries: [{ name: newest user, sql: "SELECT pg_catalog.pg_sleep(0.001)", maxMs: 5000 }] }`,
    );
    const { report } = await shopBench.apply();
    expect(report).toMatchObject({ verdict: 'applied', validation: { verdict: 'passed' } });
    expect(exitCodeOfRun(report)).toBe(0);
    expect(report.validation?.checks.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'integrity passed',
      'queries passed',
      'replication skipped',
      'health passed',
      'smoke passed',
    ]);
    expect(report.figures?.touched).toEqual(['public.users']);
    expect(report.figures?.before.metrics).toMatchObject({ p95Ms: { median: 40, spread: 0 } });
    expect(report.figures?.after?.relations.map(({ relation }) => relation)).toEqual(['public.users']);
    expect(applySchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const records = intactOf<unknown>(await readRecords(`${shopBench.cwd}/.lockkeeper`), 'validation');
    expect(records.map(({ body }) => validationSchema.parse(body).verdict)).toEqual(['passed']);
  });

  test('a smoke command that fails: applied, but not fine', async () => {
    await using shopBench = await bench(
      `    validate: { smoke: [{ name: log in, command: "echo wrong password >&2; exit 3" }] }`,
    );
    const { report } = await shopBench.apply();
    expect(report).toMatchObject({ verdict: 'applied', validation: { verdict: 'failed' } });
    expect(report.validation?.decision).toMatch(/^Roll back now: log in: It ended with 3: wrong password/);
    expect(exitCodeOfRun(report)).toBe(1);
  });

  test('orphans that the change leaves are found', async () => {
    await using shopBench = await bench('', {
      ...shop,
      'db/migrations/20260102000000_orders.sql': dbmate(
        `CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
         INSERT INTO orders VALUES (1, 7);
         ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;`,
        'DROP TABLE orders;',
      ),
    });
    const { report } = await shopBench.apply();
    expect(report.validation).toMatchObject({ verdict: 'failed' });
    expect(report.validation?.decision).toMatch(/^Roll back now/);
    expect(report.validation?.faults.map(({ name }) => name)).toContain('orders_user');
  });

  test('`validate` looks again at the last run', async () => {
    await using shopBench = await bench();
    await shopBench.apply();
    shopBench.application.healthy = async () => false;
    const { report } = await validate({
      cwd: shopBench.cwd,
      env: process.env,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      database: { database: null, target: 'production' },
      paths: [],
      runId: null,
    });
    expect(report.verdict).toBe('failed');
    expect(report.checks.filter(({ outcome }) => outcome === 'failed').map(({ kind }) => kind)).toEqual(['health']);
  });
});

describe('watch', () => {
  test('goes on while all is well, and keeps what it saw', async () => {
    await using shopBench = await bench();
    await shopBench.apply();
    const { report } = await shopBench.watch();
    expect(report).toMatchObject({ ended: 'complete', decision: { verdict: 'continue' }, unknown: [], faults: [] });
    expect(report.samples.length).toBeGreaterThan(5);
    expect(report.samples.at(-1)).toMatchObject({ healthy: true, newFaults: 0, metrics: { p95Ms: 40 } });
    expect(exitCodeOfWatch(report)).toBe(0);
    expect(watchSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.comparison.map(({ subject }) => subject)).toContain('p95Ms');
  });

  test.each<[string, (application: WatchBench['application']) => void, string]>([
    ['errors', (application) => (application.errorRate = 0.2), 'error-rate'],
    ['a latency', (application) => (application.p95Ms = 90), 'latency'],
    ['a failed health', (application) => (application.healthy = async () => false), 'health-checks'],
  ])('recommends to roll back because of %s, and changes nothing', async (_, harm, question) => {
    await using shopBench = await bench();
    await shopBench.apply();
    setTimeout(() => harm(shopBench.application), 200);
    const { report } = await shopBench.watch({ forMs: 20_000 });
    expect(report).toMatchObject({ ended: 'decided', decision: { verdict: 'roll back now' }, automatic: null });
    expect(report.decision.path.at(-1)?.id).toBe(question);
    expect(report.contacts.map(({ role }) => role)).toEqual(['on-call engineer', 'technical lead', 'CTO']);
    expect(exitCodeOfWatch(report)).toBe(1);
    expect((await shopBench.session.query('SELECT FROM users')).rows).toEqual([]);
  });

  test('finds rows that lose what they refer to', async () => {
    await using shopBench = await bench('', {
      ...shop,
      'db/migrations/20260102000000_orders.sql': dbmate(
        `CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);`,
        'DROP TABLE orders;',
      ),
    });
    const { report: applied } = await shopBench.apply();
    expect(applied.validation?.verdict).toBe('passed');
    setTimeout(() => {
      const sql = `SET session_replication_role = replica; INSERT INTO orders VALUES (1, 7)`;
      shopBench.session.query(sql).catch(() => undefined);
    }, 300);
    const { report } = await shopBench.watch({ forMs: 20_000 });
    expect(report.decision).toMatchObject({ verdict: 'roll back now', severity: 'P0' });
    expect(report.faults).toHaveLength(1);
  });

  test('metrics that are not to be had are unknown, and no trouble', async () => {
    await using shopBench = await bench();
    await shopBench.apply();
    shopBench.application.errorRate = null;
    const { report } = await shopBench.watch();
    expect(report.decisions[0]?.verdict).toBe('continue');
    expect(report.decision).toMatchObject({ verdict: 'assess', severity: 'P3' });
    expect(report.unknown).toEqual(['errorRate', 'p95Ms']);
  });

  test('sessions that the server ends are opened again', async () => {
    await using shopBench = await bench();
    await shopBench.apply();
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockkeeper watch' AND datname = current_database()`;
    setTimeout(() => {
      shopBench.session.query(end).catch(() => undefined);
    }, 400);
    const { report } = await shopBench.watch();
    expect(report.decision.verdict).toBe('continue');
    expect(report.samples.at(-1)?.reachable).toBe(true);
  });

  test('a signal ends it with a record of what was seen', async () => {
    await using shopBench = await bench();
    await shopBench.apply();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 700);
    const { report, recordPath } = await shopBench.watch({ signal: controller.signal, forMs: 60_000 });
    expect(report.ended).toBe('interrupted');
    expect(report.samples.length).toBeGreaterThan(1);
    expect(recordPath).toMatch(/records/);
  });
});

describe('--auto-rollback', () => {
  const back = (command: string): string => `    hooks: { trafficBack: "${command}" }`;

  test('is content when traffic is enough', async () => {
    await using shopBench = await bench(back('touch went-back'));
    await shopBench.apply();
    const { existsSync } = await import('node:fs');
    shopBench.application.healthy = async () => existsSync(`${shopBench.cwd}/went-back`);
    const { report } = await shopBench.watch({ forMs: 20_000, autoRollback: true });
    expect(report.automatic).toMatchObject({ outcome: 'traffic back was enough', runIds: [], restoreLoses: null });
    expect(report.automatic?.actions.map(({ what, ok }) => `${what} ${ok}`)).toEqual([
      'traffic back true',
      'look again true',
    ]);
  });

  test('never rests on a latency', async () => {
    await using shopBench = await bench(back('touch went-back'));
    await shopBench.apply();
    shopBench.application.p95Ms = 400;
    const { report } = await shopBench.watch({ forMs: 20_000, autoRollback: true });
    expect(report.automatic?.actions.map(({ what }) => what)).toEqual(['refused', 'hand over']);
    expect(exitCodeOfWatch(report)).toBe(4);
  });

  test('without a proof a person decides, with the loss of a restore before their eyes', async () => {
    await using shopBench = await bench(back('true'));
    await shopBench.apply();
    shopBench.application.healthy = async () => false;
    const { report } = await shopBench.watch({ forMs: 20_000, autoRollback: true });
    expect(report.automatic).toMatchObject({ outcome: 'handed over', runIds: [] });
    expect(report.automatic?.restoreLoses).toMatch(/Every write since/);
    expect(exitCodeOfWatch(report)).toBe(4);
    expect((await shopBench.session.query('SELECT FROM users')).rows).toEqual([]);
  });

  test('takes a proved change of the catalog back, and looks again', async () => {
    await using shopBench = await bench(back('true'), { ...shop, ...index });
    const { session } = shopBench;
    await session.query(`CREATE TABLE users (id bigint PRIMARY KEY, email text);
      CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20260101000000')`);
    const before = await readSnapshot(session);
    const { report: applied } = await shopBench.apply();
    expect(applied.completed).toEqual(['20260102000000']);
    await prove(shopBench, before);
    const there = `SELECT FROM pg_class WHERE relname = 'users_email'`;
    const looking = await connect(session.target, { applicationName: 'application' });
    shopBench.application.healthy = async () => (await looking.query(there)).rows.length === 0;
    const { report } = await shopBench.watch({ forMs: 20_000, autoRollback: true });
    await looking[Symbol.asyncDispose]();
    expect(report.automatic?.actions.map(({ what, ok }) => `${what} ${ok}`)).toEqual([
      'traffic back true',
      'look again false',
      'inverse true',
      'look again true',
    ]);
    expect(report.automatic).toMatchObject({ outcome: 'rolled back', restoreLoses: null });
    expect((await session.query(there)).rows).toEqual([]);
    expect(exitCodeOfWatch(report)).toBe(1);
  });

  test('a proved way back that fails half-way ends at a person, who is told where it stands and what a restore loses', async () => {
    // goose sends these one by one: the first one stands when the second one fails.
    const two = {
      'db/migrations/00001_indexes.sql': `-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX users_email ON users (email);
CREATE INDEX users_second ON users (email, id);
-- +goose Down
DROP INDEX users_email;
DROP INDEX users_second;
`,
    };
    await using shopBench = await bench(back('true'), two);
    const { session } = shopBench;
    await session.query('CREATE TABLE users (id bigint PRIMARY KEY, email text)');
    const before = await readSnapshot(session);
    expect((await shopBench.apply()).report.completed).toEqual(['1']);
    await prove(shopBench, before);
    // What nobody could foresee: since the proof somebody guards the second one.
    await session.query(`CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS
      $$BEGIN IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_name = 'users_second') THEN RAISE EXCEPTION 'it is guarded'; END IF; END$$;
      CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION guard()`);
    shopBench.application.healthy = async () => false;
    const { report } = await shopBench.watch({ forMs: 20_000, autoRollback: true });
    expect(report.automatic?.actions.map(({ what, ok }) => `${what} ${ok}`)).toEqual([
      'traffic back true',
      'look again false',
      'inverse false',
      'hand over false',
    ]);
    expect(report.automatic).toMatchObject({ outcome: 'handed over', runIds: [expect.any(String)] });
    expect(report.automatic?.actions.at(-2)?.detail).toMatch(/^1: .*1 of 2 steps/);
    expect(report.automatic?.restoreLoses).toMatch(/Every write since .* is lost/);
    expect(exitCodeOfWatch(report)).toBe(4);
    const left = await session.query(`SELECT relname FROM pg_class WHERE relname IN ('users_email', 'users_second')`);
    expect(left.rows).toEqual([{ relname: 'users_second' }]);
    const unfinished = intactOf<ApplyReport>(await readRecords(`${shopBench.cwd}/.lockkeeper`), 'apply').at(-1)?.body;
    expect(unfinished).toMatchObject({ direction: 'down', verdict: 'failed', runId: report.automatic?.runIds[0] });
  });

  async function prove({ session, cwd }: WatchBench, before: Awaited<ReturnType<typeof readSnapshot>>): Promise<void> {
    const project = await readProject(`${cwd}/db/migrations`, { format: 'auto', placeholders: {} });
    const migration = project.migrations.at(-1);
    if (migration?.down == null) throw new Error('the bench has no way back');
    await recordProof(`${cwd}/.lockkeeper`, {
      migration,
      before,
      after: await readSnapshot(session),
      origin: 'written',
      statements: migration.down.statements,
      createdAt: new Date().toISOString(),
    });
  }
});
