import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { grantVerbs, type GrantVerb } from '../../../src/model/grants.js';
import { grantsSchema } from '../../../src/report/target/schemas.js';
import { repair } from '../../../src/workflows/declare.js';
import { grants } from '../../../src/workflows/grants.js';
import { history } from '../../../src/workflows/history.js';
import { listKeptData } from '../../../src/workflows/keep.js';
import { locks, openLocksWatch } from '../../../src/workflows/locks.js';
import { status } from '../../../src/workflows/status.js';
import { runRollback } from '../../../src/workflows/rollback-run.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { applyAll, changeFor, dbmate, type Folder, folderOf, requestFor, urlOf } from './target-bench.js';

const files = {
  'migrations/1_notes.sql': dbmate('ALTER TABLE notes ADD n int;', 'ALTER TABLE notes DROP n;'),
  'migrations/2_body.sql': dbmate(
    'CREATE INDEX CONCURRENTLY notes_body ON notes (body);',
    'DROP INDEX CONCURRENTLY notes_body;',
    ' transaction:false',
  ),
};

/** As a provider gives it: no superuser, but it may make roles and hand on what it was given. */
const managed = `CREATE ROLE managed_admin LOGIN CREATEROLE CREATEDB`;

describe.each([15, 18] as const)('on PostgreSQL %i, with just what is printed', (major) => {
  let cluster: Cluster;
  let admin: Session;
  let folder: Folder;
  let url: (role: string) => string;

  beforeAll(async () => {
    folder = await folderOf(files);
    cluster = await startCluster({ major, serverBin: null });
    await using root = await connect(cluster.connection(), { applicationName: 'test' });
    await root.query(managed);
    const hand = major >= 16 ? 'WITH ADMIN OPTION' : '';
    await root.query(
      `GRANT pg_monitor, pg_signal_backend TO managed_admin ${major >= 16 ? hand : 'WITH ADMIN OPTION'}`,
    );
    await root.query('CREATE DATABASE shop OWNER managed_admin');
    const target = { ...cluster.connection(), database: 'shop', user: 'managed_admin' };
    admin = await connect(target, { applicationName: 'test' });
    url = (role) => urlOf(target, role);
    await admin
      .query(`CREATE ROLE shop_owner; GRANT shop_owner TO managed_admin; GRANT CREATE ON SCHEMA public TO shop_owner`)
      .catch(async () => {
        await using again = await connect({ ...target, user: 'postgres' }, { applicationName: 'test' });
        await again.query('GRANT CREATE ON SCHEMA public TO shop_owner');
      });
    await admin.query(`SET ROLE shop_owner; CREATE TABLE notes (id int PRIMARY KEY, body text);
      CREATE TABLE schema_migrations (version varchar PRIMARY KEY); RESET ROLE`);
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  async function roleFor(verb: GrantVerb): Promise<string> {
    const role = `may_${verb.replace(/\W+/g, '_')}`;
    const owner = 'shop_owner';
    const report = grantsSchema.parse(grants(verb, { role, owner, stateTable: 'public.schema_migrations' }));
    for (const again of [1, 2]) await admin.query(`-- ${again}\n${report.sql}`);
    const { rows } = await admin.query('SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = $1', [role]);
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: false }]);
    return role;
  }

  it('apply, rollback and repair work as a role that owns nothing, and leave tables to their owner', async () => {
    const as = url(await roleFor('apply'));
    const { report } = await applyAll(folder.path, as);
    expect(report).toMatchObject({ verdict: 'applied', completed: ['1', '2'] });
    const back = url(await roleFor('rollback run'));
    const { until: _until, only: _only, ...change } = changeFor(folder.path, back);
    const taken = await runRollback({ ...change, id: '2', script: null, forceOrder: false });
    expect(taken.report.verdict).toBe('applied');
    const request = requestFor(folder.path, url(await roleFor('repair')));
    const said = await repair({ ...request, id: '2', says: 'applied', reason: null, agree: async () => true });
    expect(said.written).toBe(true);
    const owners = `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname IN ('notes', 'schema_migrations')`;
    expect((await admin.query(owners)).rows).toEqual([{ owner: 'shop_owner' }]);
  }, 60_000);

  it('observers see, and cannot write', async () => {
    const request = requestFor(folder.path, url(await roleFor('status')));
    const told = await status({ ...request, expiresWithinDays: 7 });
    expect(told).toMatchObject({ ledger: true, account: { applied: ['1', '2'] }, troubles: [] });
    const past = { ...requestFor(folder.path, url(await roleFor('history'))), last: null, migration: null };
    expect((await history(past)).runs.length).toBeGreaterThan(1);
    const kept = requestFor(folder.path, url(await roleFor('keep list')));
    expect((await listKeptData(kept)).entries).toEqual([]);
    await expect(applyAll(folder.path, request.database.database, { dryRun: true })).resolves.toBeDefined();
    await using reader = await connect({ ...admin.target, user: 'may_status' }, { applicationName: 'test' });
    await expect(reader.query('DELETE FROM lockkeeper.lease')).rejects.toThrow('permission denied');
    await expect(reader.query('INSERT INTO schema_migrations VALUES (9)')).rejects.toThrow('permission denied');
  }, 60_000);

  it('locks are seen by an observer, and ended only by one who may', async () => {
    await using holder = await connect({ ...admin.target, user: 'may_apply' }, { applicationName: 'app' });
    await holder.query('BEGIN; SELECT FROM notes');
    const look = { ...requestFor(folder.path, url(await roleFor('locks'))), clock: systemClock };
    expect((await locks(look)).kind).toBe('locks');
    const signal = {
      signal: 'terminate',
      pid: holder.pid,
      force: true,
      show: () => undefined,
      confirm: async () => true,
    } as const;
    await using watch = await openLocksWatch(look);
    await expect(watch.signal(signal)).rejects.toMatchObject({ code: expect.any(String) });
    const may = { ...requestFor(folder.path, url(await roleFor('locks --cancel'))), clock: systemClock };
    await using able = await openLocksWatch(may);
    expect((await able.signal(signal)).signal?.result).not.toBe('not sent');
  }, 60_000);
});

it('what is printed is one statement a right, quoted, for every verb', () => {
  for (const verb of grantVerbs) {
    const { sql } = grants(verb, { role: `o'ne "two"`, owner: null, stateTable: null });
    expect(sql).toContain(`lockkeeper ${verb}`);
    expect(sql).not.toContain('pg_write');
  }
});
