import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atSchema } from '../../../src/foundation/config/tenant-target.js';
import { appendEntry } from '../../../src/foundation/ledger/entries.js';
import { acquireLease, type Lease } from '../../../src/foundation/ledger/lease.js';
import { connectToAny } from '../../../src/foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../../../src/foundation/postgres/connection-string.js';
import { connectionSources } from '../../../src/foundation/postgres/connection/connection-sources.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { readEnvironment } from '../../../src/foundation/runtime/environment.js';
import { abort } from '../../../src/workflows/abort.js';
import { baseline } from '../../../src/workflows/declare.js';
import { history } from '../../../src/workflows/history.js';
import { preflight } from '../../../src/workflows/preflight.js';
import { readTenants } from '../../../src/workflows/read-tenants.js';
import { rehearse as rehearseWithDefaults } from '../../../src/workflows/rehearse-with-defaults.js';
import { runRollback } from '../../../src/workflows/rollback-run.js';
import { status } from '../../../src/workflows/status.js';
import { uninstall } from '../../../src/workflows/uninstall.js';
import { applyAll, changeFor, dbmate, type Folder, folderOf, requestFor, urlOf } from '../target/target-bench.js';
import { newestMajors } from '../../support/tried-majors.js';

const tenants = ['acme', 'beta', 'we ird'];
const sources = connectionSources(readEnvironment({}));
const yes = async () => true;

/** What each tool calls its table, and how the same change is written for it. */
const tools = {
  dbmate: {
    table: 'schema_migrations',
    files: {
      'migrations/1_n.sql': dbmate('CREATE TABLE notes (id int PRIMARY KEY);', 'DROP TABLE notes;'),
      'migrations/2_n.sql': dbmate('ALTER TABLE notes ADD n int;', 'ALTER TABLE notes DROP n;'),
    },
  },
  plain: {
    table: null,
    files: {
      'migrations/1_n.sql': 'CREATE TABLE notes (id int PRIMARY KEY);\n',
      'migrations/2_n.sql': 'CREATE INDEX CONCURRENTLY notes_id ON notes (id);\nALTER TABLE notes ADD n int;\n',
    },
  },
  flyway: {
    table: 'flyway_schema_history',
    files: {
      'migrations/V1__n.sql': 'CREATE TABLE notes (id int PRIMARY KEY);\n',
      'migrations/V2__n.sql': 'ALTER TABLE notes ADD n int;\n',
    },
  },
} as const;

describe.each(newestMajors)('tenants that are schemas, on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let folder: Folder | undefined;
  let count = 0;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
  });
  beforeEach(async () => {
    await session?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
    const database = `case_${(count += 1)}`;
    await using admin = await connect(cluster.connection(), { applicationName: 'test' });
    await admin.query(`CREATE DATABASE ${database}`);
    session = await connect({ ...cluster.connection(), database }, { applicationName: 'test' });
    for (const name of tenants) await session.query(`CREATE SCHEMA "${name}"`);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  async function project(files: Readonly<Record<string, string>>, settings: object = {}): Promise<string> {
    folder = await folderOf(files);
    const url = urlOf(session.target);
    const target = { url, tenants: { kind: 'schema', names: tenants }, ...settings };
    await writeFile(join(folder.path, 'lockkeeper.yaml'), JSON.stringify({ targets: { shop: target } }));
    return folder.path;
  }
  const at = (tenant: string) => ({ database: { database: null, target: `shop/${tenant}` } });
  const applyTo = (path: string, tenant: string) => applyAll(path, '', at(tenant));
  const requestAt = (path: string, tenant: string) => ({ ...requestFor(path, ''), ...at(tenant) });
  const relations = async () =>
    (
      await session.query(
        `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname !~ '^pg_|^information_schema|^lockkeeper' AND c.relkind = 'r' ORDER BY 1`,
      )
    ).rows.map(({ name }) => name);
  const columnsOf = async (tenant: string) =>
    (
      await session.query(
        `SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
        [`"${tenant}".notes`],
      )
    ).rows.length;

  it.each(Object.keys(tools) as (keyof typeof tools)[])(
    '%s: each tenant has its own tables, account and history',
    async (name) => {
      const { files, table } = tools[name];
      const path = await project(files);
      // A shared schema has an account of its own, which says nothing of tenants.
      if (table !== null) await session.query(`CREATE TABLE public.${table} (LIKE pg_class)`);
      for (const tenant of tenants) {
        const { report } = await applyTo(path, tenant);
        expect(report, report.state).toMatchObject({ verdict: 'applied', target: `shop/${tenant}` });
      }
      const own = tenants.flatMap((tenant) => [`${tenant}.notes`, ...(table === null ? [] : [`${tenant}.${table}`])]);
      const shared = table === null ? [] : [`public.${table}`];
      expect(await relations()).toEqual([...own, ...shared].toSorted());
      for (const tenant of tenants) {
        expect((await applyTo(path, tenant)).report.verdict).toBe('nothing-to-do');
        const { runs } = await history({ ...requestAt(path, tenant), last: null, migration: null });
        expect(runs).toHaveLength(1);
        expect(runs[0]?.runner?.tenant).toBe(tenant);
        const now = await status({ ...requestAt(path, tenant), expiresWithinDays: 0 });
        expect(now).toMatchObject({ account: { pending: [] }, disagreements: [], unfinished: null, troubles: [] });
      }
    },
    120_000,
  );

  it('what fails for one tenant leaves the others as they are, and can be put right', async () => {
    const path = await project(tools.plain.files);
    await session.query('CREATE TABLE beta.notes (id text)');
    expect((await applyTo(path, 'acme')).report.verdict).toBe('applied');
    expect((await applyTo(path, 'beta')).report).toMatchObject({ verdict: 'failed' });
    expect((await applyTo(path, 'we ird')).report.verdict).toBe('applied');
    const { account } = await status({ ...requestAt(path, 'beta'), expiresWithinDays: 0 });
    const [first = ''] = account.pending;
    await baseline({ ...requestAt(path, 'beta'), ids: [first], until: null, reason: null, agree: yes });
    expect((await applyTo(path, 'beta')).report.verdict).toBe('applied');
    expect([await columnsOf('beta'), await columnsOf('acme')]).toEqual([2, 2]);
  }, 60_000);

  it('one migration is taken back from one tenant', async () => {
    const path = await project(tools.dbmate.files);
    for (const tenant of ['acme', 'beta']) await applyTo(path, tenant);
    const request = { ...changeFor(path, ''), ...at('beta'), script: null, forceOrder: false };
    const { report } = await runRollback({ ...request, id: '2' });
    expect(report, report.state).toMatchObject({ verdict: 'applied' });
    expect([await columnsOf('beta'), await columnsOf('acme')]).toEqual([1, 2]);
    const { rows } = await session.query('SELECT version FROM beta.schema_migrations');
    expect(rows).toEqual([{ version: '1' }]);
  }, 60_000);

  it('uninstall takes the traces of one tenant, and the ledger with the last of them', async () => {
    const path = await project(tools.plain.files);
    for (const tenant of ['acme', 'beta']) await applyTo(path, tenant);
    const entries = async () => (await session.query('SELECT DISTINCT tenant FROM lockkeeper.entry ORDER BY 1')).rows;
    const take = (tenant: string) => uninstall({ ...requestAt(path, tenant), dropKept: false, agree: yes });
    expect(await take('acme')).toMatchObject({ schemas: [], removed: true });
    expect(await entries()).toEqual([{ tenant: 'beta' }]);
    await expect(session.query('DELETE FROM lockkeeper.entry')).rejects.toThrow('only added');
    const whole = { ...requestFor(path, urlOf(session.target)), dropKept: false, agree: yes };
    expect(await uninstall(whole)).toMatchObject({ schemas: [], entries: 0, removed: true });
    expect(await entries()).toEqual([{ tenant: 'beta' }]);
    expect(await take('beta')).toMatchObject({ schemas: ['lockkeeper'], removed: true });
    expect((await session.query(`SELECT FROM pg_namespace WHERE nspname ~ '^lockkeeper'`)).rows).toEqual([]);
    expect(await relations()).toEqual(['acme.notes', 'beta.notes']);
  }, 60_000);

  it('one runner works on a database, whichever tenant it is for', async () => {
    const path = await project(tools.plain.files);
    const runId = randomUUID();
    const lease = await leaseFor('acme', runId);
    await expect(applyTo(path, 'beta')).rejects.toThrow(
      /the database of the target shop\/beta: .* for the tenant acme/,
    );
    await expect(abort({ ...requestAt(path, 'beta'), assume: null, agree: yes })).rejects.toThrow('Another runner');
    await using own = await openFor('acme');
    const body = { steps: [], changeDigest: '', direction: 'up', kind: 'apply', script: null };
    await appendEntry(own, lease.token, { runId, kind: 'run-started', migrationId: null, stepId: null, body });
    await lease[Symbol.asyncDispose]();
    await expect(applyTo(path, 'acme')).rejects.toThrow('broken off');
    expect((await applyTo(path, 'beta')).report.verdict).toBe('applied');
    await expect(abort({ ...requestAt(path, 'beta'), assume: null, agree: yes })).rejects.toThrow('No run is at work');
    expect(await abort({ ...requestAt(path, 'acme'), assume: null, agree: yes })).toMatchObject({ aborted: true });
    expect((await applyTo(path, 'acme')).report.verdict).toBe('applied');
  }, 60_000);

  const openFor = (tenant: string) =>
    connectToAny(parseConnectionString(atSchema(urlOf(session.target), placeOf(tenant)), sources), {
      applicationName: 'test',
    });
  const placeOf = (tenant: string) => ({ schema: tenant, searchPath: [tenant, 'public'] });

  async function leaseFor(tenant: string, runId: string): Promise<Lease> {
    const runner = { host: 'here', processId: 1, osUser: 'ada', databaseUser: 'postgres', tool: 'test', tenant };
    const result = await acquireLease({ connect: () => openFor(tenant), runner, runId, clock: systemClock });
    if (result.kind !== 'acquired') throw new Error(result.kind);
    return result.lease;
  }

  it.each([
    ['SET search_path = beta;', 'sets search_path'],
    ['INSERT INTO acme.notes SELECT * FROM beta.notes;', 'the schema of another tenant'],
    ['ALTER TABLE public.plans ADD price int;', 'public.plans, which all tenants share'],
    ['CREATE INDEX plans_id ON plans (id);', 'public.plans, which all tenants share'],
    ['WITH gone AS (DELETE FROM plans RETURNING id) SELECT * FROM gone;', 'public.plans, which all tenants share'],
  ])('%s is refused', async (sql, reason) => {
    await session.query('CREATE TABLE public.plans (id int PRIMARY KEY)');
    const path = await project({ 'migrations/1_x.sql': `CREATE TABLE notes (id int);\n${sql}\n` });
    await expect(applyTo(path, 'acme')).rejects.toThrow(reason);
    expect(await relations()).toEqual(['public.plans']);
  });

  it('what is shared may be read, referred to, and made where it is missing', async () => {
    await session.query('CREATE TABLE public.plans (id int PRIMARY KEY)');
    const files = {
      'migrations/1_x.sql': `CREATE TABLE plans_of (plan int REFERENCES public.plans);
        CREATE TABLE IF NOT EXISTS public.codes (id int PRIMARY KEY);
        INSERT INTO codes VALUES (1) ON CONFLICT DO NOTHING;
        CREATE TABLE codes (id int);
        ALTER TABLE codes ADD n int;
        CREATE FUNCTION one() RETURNS int LANGUAGE sql SET search_path = pg_catalog AS 'SELECT 1';`,
    };
    const path = await project(files);
    for (const tenant of tenants) {
      const { report } = await applyTo(path, tenant);
      expect(report, JSON.stringify(report.steps)).toMatchObject({ verdict: 'applied' });
    }
    expect((await session.query('SELECT count(*)::int AS n FROM public.codes')).rows).toEqual([{ n: 1 }]);
  }, 60_000);

  it('a tenant whose schema is missing or closed is refused, and nothing lands elsewhere', async () => {
    const path = await project(tools.plain.files, { role: 'owner_of_tables' });
    await session.query('DROP ROLE IF EXISTS owner_of_tables; CREATE ROLE owner_of_tables');
    await expect(applyTo(path, 'acme')).rejects.toThrow('owner_of_tables may not look into the schema acme');
    await session.query('DROP SCHEMA acme');
    await expect(applyTo(path, 'acme')).rejects.toThrow('has no schema acme');
    await session.query('DROP ROLE IF EXISTS nobody; CREATE ROLE nobody LOGIN');
    const url = urlOf(session.target, 'nobody');
    const closed = { url, tenants: { kind: 'schema', names: tenants } };
    await writeFile(join(path, 'lockkeeper.yaml'), JSON.stringify({ targets: { shop: closed } }));
    await expect(applyTo(path, 'beta')).rejects.toThrow('nobody may not look into the schema beta');
    expect(await relations()).toEqual([]);
  });

  it('lists of tenants that cannot be meant are refused', async () => {
    const path = await project({}, { tenants: { kind: 'schema', query: 'SELECT name FROM tenant' } });
    await session.query('CREATE TABLE tenant (name text)');
    const request = { ...changeFor(path, ''), database: { database: null, target: 'shop' } };
    await expect(readTenants(request)).rejects.toThrow('returned no name');
    await session.query(`INSERT INTO tenant VALUES ('acme'), ('beta'), ('acme')`);
    await expect(readTenants(request)).rejects.toThrow('more than once: acme');
    await session.query('DELETE FROM tenant WHERE name = $1', ['acme']);
    expect(await readTenants(request)).toEqual(['shop/beta']);
  });

  it('a dry run is a script that finds the tenant’s tables', async () => {
    const path = await project(tools.plain.files);
    const { script } = await applyAll(path, '', { ...at('we ird'), dryRun: true });
    expect(script).toContain('SET search_path = "we ird", public;');
    expect(await relations()).toEqual([]);
  });

  it('a rehearsal for one tenant, or for none, is good for all', async () => {
    const path = await project(tools.dbmate.files);
    const config = {
      stage: { major },
      targets: { shop: { url: urlOf(session.target), tenants: { kind: 'schema', names: tenants } } },
    };
    await writeFile(join(path, 'lockkeeper.yaml'), JSON.stringify(config));
    for (const tenant of tenants) await applyAll(path, '', { ...at(tenant), until: '1' });
    const gate = async (tenant: string) => {
      const report = await preflight({ ...changeFor(path, ''), ...at(tenant) });
      return report.gates.find(({ id }) => id === 'structure-matches');
    };
    for (const target of ['shop/acme', null]) {
      const { rehearsal } = await rehearseWithDefaults({
        cwd: path,
        dir: 'migrations',
        ...(target === null ? { pending: 1 } : { target }),
      });
      expect(rehearsal, JSON.stringify(rehearsal.notes)).toMatchObject({ verdict: 'passed' });
      const relation = target === null ? 'public.notes' : 'acme.notes';
      expect(JSON.stringify(rehearsal.migrations)).toContain(relation);
      expect(await gate('acme')).toMatchObject({ verdict: 'pass' });
      expect(await gate('beta')).toMatchObject({ verdict: 'pass' });
    }
    await session.query('ALTER TABLE beta.notes ADD more int');
    expect(await gate('beta')).toMatchObject({ verdict: 'block' });
    expect(await gate('we ird')).toMatchObject({ verdict: 'pass' });
  }, 90_000);

  it('a ledger from before there were tenants is brought up to date by the first one', async () => {
    const path = await project(tools.plain.files);
    const url = urlOf(session.target);
    expect((await applyAll(path, url)).report.verdict).toBe('applied');
    await session.query(`ALTER TABLE lockkeeper.entry DROP COLUMN tenant;
      COMMENT ON SCHEMA lockkeeper IS 'What lockkeeper did to this database, version 1'`);
    expect((await applyAll(path, url)).report.verdict).toBe('nothing-to-do');
    await writeFile(join(path, 'migrations/3_n.sql'), 'ALTER TABLE notes ADD more int;\n');
    expect((await applyAll(path, url)).report.verdict).toBe('applied');
    expect((await applyTo(path, 'acme')).report).toMatchObject({
      verdict: 'applied',
      completed: ['1', '2', '3'],
    });
    const { runs } = await history({ ...requestFor(path, url), last: null, migration: null });
    expect(runs).toHaveLength(2);
  }, 60_000);
});
