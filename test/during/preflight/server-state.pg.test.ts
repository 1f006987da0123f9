import { createServer, type Server, connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import invalidIndexes from '../../../src/during/preflight/gates/database/invalid-indexes.js';
import extensions from '../../../src/during/preflight/gates/database/extensions.js';
import pooler from '../../../src/during/preflight/gates/database/pooler.js';
import privileges from '../../../src/during/preflight/gates/database/privileges.js';
import serverTimeouts from '../../../src/during/preflight/gates/database/server-timeouts.js';
import unvalidatedConstraints from '../../../src/during/preflight/gates/database/unvalidated-constraints.js';
import vacuumHealth from '../../../src/during/preflight/gates/database/vacuum-health.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import type { PlanStep } from '../../../src/model/apply-plan.js';
import { askGate, touch } from './gate-bench.js';

const touched = [touch('public.orders')];
const step = (kind: PlanStep['kind'], profile: PlanStep['limits']['profile'] = 'short lock'): PlanStep => ({
  id: '0001/1',
  migrationId: '0001',
  path: '0001.sql',
  kind,
  begin: null,
  statements: [],
  settings: [],
  limits: { profile, lockTimeoutMs: 1, statementTimeoutMs: 1, holdLimitMs: 1 },
  locks: [],
  probe: { kind: 'repeat' },
  completesMigration: true,
});

/** As a pooler does, it tells its clients a process id that it has made up. */
async function startPooler(cluster: Cluster): Promise<Server> {
  const socket = `${cluster.socketDir}/.s.PGSQL.${cluster.port}`;
  const server = createServer((client) => {
    const upstream = dial(socket);
    client.pipe(upstream);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    upstream.on('data', (data) => {
      const at = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) data.writeInt32BE(4_242, at + 5);
      client.write(data);
    });
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let admin: Session;
  let observer: Session;
  const as = (user: string, database = 'postgres') =>
    connect({ ...cluster.connection(database), user }, { applicationName: `test ${user}` });

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null, settings: { autovacuum: 'off' } });
    admin = await as('postgres');
    await admin.query(`CREATE ROLE observer LOGIN; GRANT pg_monitor TO observer; CREATE ROLE owner LOGIN; CREATE ROLE deployer LOGIN;
      GRANT CREATE ON SCHEMA public TO owner; GRANT CREATE ON DATABASE postgres TO deployer, owner; GRANT owner TO deployer`);
    await admin.query(`CREATE TABLE orders (id int PRIMARY KEY, note text); ALTER TABLE orders OWNER TO owner;
      CREATE TABLE theirs (id int PRIMARY KEY); INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 30000) i; ANALYZE orders`);
    observer = await as('observer');
  });
  afterAll(async () => {
    for (const session of [admin, observer]) await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('a healthy server passes, seen with pg_monitor alone', async () => {
    for (const gate of [invalidIndexes, unvalidatedConstraints, vacuumHealth, serverTimeouts, extensions, pooler]) {
      expect(await askGate(gate, { session: observer, touched })).toMatchObject({ verdict: 'pass' });
    }
  });

  it('an invalid index blocks important targets, unless the change is about it', async () => {
    await admin.query(`UPDATE orders SET note = 'same' WHERE id < 3`);
    await admin.query('CREATE UNIQUE INDEX CONCURRENTLY broken ON orders (note)').catch(() => undefined);
    const asked = { session: observer, touched };
    const found = await askGate(invalidIndexes, asked);
    expect(found).toMatchObject({ verdict: 'block', reason: expect.stringContaining('public.broken') });
    expect(await askGate(invalidIndexes, { ...asked, tier: 2 })).toMatchObject({ verdict: 'warn' });
    const mended = { ...asked, touched: [...touched, touch('public.broken')] };
    expect(await askGate(invalidIndexes, mended)).toMatchObject({ verdict: 'warn' });
    expect(await askGate(invalidIndexes, { ...asked, touched: [touch('public.theirs')] })).toMatchObject({
      verdict: 'pass',
    });
    await admin.query('DROP INDEX broken');
  });

  it('unvalidated constraints warn, of referring tables too', async () => {
    await admin.query('ALTER TABLE theirs ADD CONSTRAINT to_orders FOREIGN KEY (id) REFERENCES orders NOT VALID');
    const found = await askGate(unvalidatedConstraints, { session: observer, touched });
    expect(found).toMatchObject({ verdict: 'warn', reason: expect.stringContaining('to_orders of public.orders') });
    await admin.query('ALTER TABLE theirs DROP CONSTRAINT to_orders');
    if (major < 18) return;
    await admin.query('ALTER TABLE orders ADD CONSTRAINT loose CHECK (id > 0) NOT ENFORCED');
    expect(await askGate(unvalidatedConstraints, { session: observer, touched })).toMatchObject({
      reason: expect.stringContaining('loose of public.orders (not enforced)'),
    });
    await admin.query('ALTER TABLE orders DROP CONSTRAINT loose');
  });

  it('dead rows warn, then block', async () => {
    await admin.query(`DELETE FROM orders WHERE id > 20000; SELECT pg_stat_force_next_flush()`);
    const asked = { session: observer, touched, settings: { fewRows: 1_000 } };
    await expect.poll(async () => (await askGate(vacuumHealth, asked)).verdict).toBe('warn');
    const strict = { ...asked, settings: { ...asked.settings, blockDeadRatio: 0.3 } };
    expect(await askGate(vacuumHealth, strict)).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('10002 dead rows'),
    });
    await admin.query('VACUUM ANALYZE orders');
    await expect.poll(async () => (await askGate(vacuumHealth, asked)).verdict).toBe('pass');
  });

  it('settings that no step overrides block or warn', async () => {
    const reasonWith = async (setting: string): Promise<readonly string[]> => {
      await admin.query(`ALTER ROLE observer SET ${setting}`);
      await using session = await as('observer');
      const { verdict, reason } = await askGate(serverTimeouts, { session, plan: { steps: [step('transaction')] } });
      await admin.query('ALTER ROLE observer RESET ALL');
      return [verdict, reason];
    };
    expect(await reasonWith("statement_timeout = '1s'")).toEqual(['pass', expect.any(String)]);
    expect(await reasonWith("lock_timeout = '1s'")).toEqual(['pass', expect.any(String)]);
    expect(await reasonWith("idle_session_timeout = '10s'")).toEqual([
      'block',
      expect.stringContaining('idle_session_timeout (10 s)'),
    ]);
    expect(await reasonWith("idle_session_timeout = '1h'")).toEqual(['pass', expect.any(String)]);
    expect(await reasonWith('default_transaction_read_only = on')).toEqual(['block', expect.any(String)]);
    expect(await reasonWith('default_transaction_isolation = serializable')).toEqual(['warn', expect.any(String)]);
    expect(await reasonWith("temp_file_limit = '1GB'")).toEqual(['warn', expect.stringContaining('1.0 GB')]);
    expect(await reasonWith('session_replication_role = replica')).toEqual(['block', expect.any(String)]);
    if (major >= 17) {
      expect(await reasonWith("transaction_timeout = '30s'")).toEqual([
        'block',
        expect.stringContaining('transaction_timeout (30 s)'),
      ]);
    }
  });

  it('the role needs what the text of the change asks for', async () => {
    const statements = [
      'ALTER TABLE orders ADD COLUMN total int',
      'CREATE TABLE public.lines (order_id int REFERENCES theirs)',
      'ALTER TABLE lines ADD COLUMN qty int',
      'ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES theirs',
      'CREATE SCHEMA extra',
      'REINDEX TABLE theirs',
    ];
    await using owner = await as('owner');
    const found = await askGate(privileges, { session: owner, statements });
    expect(found.observation).toMatchObject({
      missing: [
        { kind: 'maintain', on: 'theirs' },
        { kind: 'table privilege', on: 'theirs', privilege: 'REFERENCES' },
      ],
    });
    expect(found.verdict).toBe('block');
    await admin.query(
      `GRANT REFERENCES ON theirs TO owner; ${major >= 17 ? 'GRANT MAINTAIN ON theirs TO owner' : 'ALTER TABLE theirs OWNER TO owner'}`,
    );
    expect(await askGate(privileges, { session: owner, statements })).toMatchObject({ verdict: 'pass' });
    await using deployer = await as('deployer');
    const asOwner = { session: deployer, statements, target: { role: 'owner' } };
    expect(await askGate(privileges, asOwner)).toMatchObject({ verdict: 'pass' });
    expect(await askGate(privileges, { ...asOwner, session: observer })).toMatchObject({
      verdict: 'block',
      reason: 'observer may not become owner.',
    });
    expect(await askGate(privileges, { ...asOwner, target: { role: 'ghost' } })).toMatchObject({ verdict: 'block' });
    await admin.query('REVOKE CREATE ON DATABASE postgres FROM deployer, owner');
    expect(
      await askGate(privileges, { ...asOwner, statements: ['ALTER TABLE orders ADD COLUMN t int'] }),
    ).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('schema lockkeeper'),
    });
    await admin.query('GRANT CREATE ON DATABASE postgres TO deployer, owner');
  });

  it('extensions have to be there, in the version that is demanded, and the role may create them', async () => {
    const ask = (statements: readonly string[], required = {}, session = observer) =>
      askGate(extensions, { session, statements, settings: { required } });
    expect(await ask(['CREATE EXTENSION no_such_thing'])).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('not on the server'),
    });
    expect(await ask(['CREATE EXTENSION IF NOT EXISTS plpgsql'])).toMatchObject({ verdict: 'pass' });
    expect(await ask([`ALTER EXTENSION plpgsql UPDATE TO '9.9'`])).toMatchObject({ verdict: 'block' });
    expect(await ask([], { plpgsql: '1.0' })).toMatchObject({ verdict: 'pass' });
    expect(await ask([], { plpgsql: '1.1' })).toMatchObject({
      verdict: 'block',
      reason: 'plpgsql is 1.0 here and has to be 1.1.',
    });
    expect(await ask([], { postgis: null })).toMatchObject({ verdict: 'block' });
  });

  it('a pooler is recognised, and blocks what needs one session', async () => {
    const server = await startPooler(cluster);
    const { port } = server.address() as { port: number };
    const session = await connect(
      { ...cluster.connection(), host: '127.0.0.1', port, user: 'observer' },
      { applicationName: 'pooled' },
    );
    const asked = { session, plan: { steps: [step('transaction')] } };
    expect(await askGate(pooler, asked)).toMatchObject({ verdict: 'warn' });
    const found = await askGate(pooler, { ...asked, plan: { steps: [step('statement')] } });
    expect(found).toMatchObject({ verdict: 'block', remedy: expect.stringContaining('directUrl') });
    expect(await askGate(pooler, { ...asked, session: observer, plan: { steps: [step('statement')] } })).toMatchObject({
      verdict: 'pass',
    });
    await session[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });
});
