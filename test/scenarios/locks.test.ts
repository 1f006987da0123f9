import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { locksSchema } from '../../src/report/locks-schema.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

describe('locks', () => {
  let folder: Folder;
  let cluster: Cluster;
  let admin: Session;
  let holder: Session;
  let waiter: Session;
  const opened: Session[] = [];

  const enter = async (): Promise<Session> => {
    const session = await connect({ ...cluster.connection(), user: 'app' }, { applicationName: 'shop' });
    opened.push(session);
    return session;
  };
  const locks = (user: string, ...args: readonly string[]) =>
    runLockkeeper(folder.path, ['locks', ...urlOf(user), ...args]);
  const urlOf = (user: string) => [
    '--database',
    `host=${cluster.socketDir} port=${cluster.port} user=${user} dbname=postgres`,
  ];
  /** One session holds a table, another waits for it. */
  const block = async (): Promise<void> => {
    [holder, waiter] = [await enter(), await enter()];
    await holder.query('BEGIN; LOCK TABLE orders');
    waiter.query(`SELECT 'a secret' FROM orders`).catch(() => undefined);
    const waits = async () => (await admin.query('SELECT FROM pg_locks WHERE NOT granted')).rows.length;
    await expect.poll(waits).toBe(1);
  };

  beforeAll(async () => {
    folder = await makeFolder();
    cluster = await startCluster({ major: 17, serverBin: null });
    admin = await connect(cluster.connection(), { applicationName: 'admin' });
    opened.push(admin);
    await admin.query(`CREATE ROLE app LOGIN; CREATE TABLE orders (id int); ALTER TABLE orders OWNER TO app;
      CREATE ROLE operator LOGIN; GRANT pg_monitor, pg_signal_backend TO operator; CREATE ROLE nobody LOGIN`);
  });
  afterAll(async () => {
    for (const session of opened) await session[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it('ends with 0 while nobody waits, and with 2 without a database', async () => {
    expect(await locks('operator')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\nNobody waits for a lock\n$/),
    });
    expect(await runLockkeeper(folder.path, ['locks'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--database'),
    });
  });

  it('names the root blocker and what may be done; asks before it does it; says what became of it', async () => {
    await block();
    const seen = await locks('operator');
    expect(seen.exitCode, seen.stderr).toBe(1);
    expect(seen.stdout).toContain(`pid ${holder.pid} blocks 1 session`);
    expect(seen.stdout).toMatch(/waits .* for AccessShareLock on public\.orders/);
    expect(seen.stdout).toContain('a secret');
    expect((await locks('operator', '--no-query-text')).stdout).not.toContain('secret');
    const hidden = await locks('nobody');
    expect(hidden.stdout).toContain('GRANT pg_monitor TO nobody');
    const unasked = await locks('operator', '--terminate', String(holder.pid));
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(unasked.stdout).toContain(`To terminate: pid ${holder.pid}, which blocks 1 session`);
    expect(holder.closed).toBe(false);
    const done = await locks('operator', '--terminate', String(holder.pid), '--yes');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/was terminated: the session is gone, after .* 1 waited because of it, 0 still do/);
  });

  it('cancels a query as JSON alone on standard output, and leaves its own sessions alone', async () => {
    await block();
    const done = await locks('operator', '--cancel', String(waiter.pid), '--yes', '--format', 'json');
    const report = locksSchema.parse(JSON.parse(done.stdout));
    expect(report.signal).toMatchObject({ signal: 'cancel', pid: waiter.pid, result: 'transaction ended' });
    expect(done.stderr).toContain(`To cancel: pid ${waiter.pid}`);
    expect(done.exitCode).toBe(0);
    await holder.query('ROLLBACK');
    expect(await locks('operator', '--cancel', '1')).toMatchObject({ exitCode: 2 });
  });

  it('watches with a line for each look until it is interrupted', async () => {
    await block();
    const { child, outcome } = startLockkeeper(folder.path, ['locks', ...urlOf('operator'), '--watch', '0.2']);
    let text = '';
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text.split('\n').length, { timeout: 20_000 }).toBeGreaterThan(3);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await outcome;
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^\\d{4}-.*Z pid ${holder.pid} blocks 1 session`));
    expect(stdout).not.toContain('\u001b');
    await holder.query('ROLLBACK');
  });
});
