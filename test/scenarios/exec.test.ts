import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/foundation/postgres/session.js';
import { startLoopbackServer } from '../support/loopback-server.js';
import { makeFolder, rehearsalOn, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

async function processesWith(text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes(text));
}

/** A tool as small as they come: sends what follows to DATABASE_URL, statement by statement. */
const tool = `
const { Client } = require(process.env.DRIVER);
const client = new Client({ connectionString: process.env.DATABASE_URL });
client.connect().then(async () => {
  for (const sql of process.argv.slice(2)) await client.query(sql);
  await client.end();
}).catch((error) => { console.error(error.message); process.exit(1); });
`;
const driver = { DRIVER: new URL('../../node_modules/pg/lib/index.js', import.meta.url).pathname };

describe('an interrupted command', () => {
  it('ends with everything that it started, and so does its server', async () => {
    await using folder = await makeFolder({ 'tool.cjs': tool });
    const mark = `lk-exec-${process.pid}`;
    const inBackground = `node -e 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)' ${mark}`;
    const command = `${inBackground} & node tool.cjs "SELECT pg_sleep(60)" ${mark}`;
    const { child, outcome } = startLockkeeper(folder.path, ['rehearse', '--exec', command], driver);
    while ((await processesWith(`pg_sleep(60) ${mark}`)).length === 0) await sleep(50);
    await sleep(500);
    const interruptedAt = performance.now();
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await outcome;
    expect(performance.now() - interruptedAt).toBeLessThan(5000);
    expect(exitCode, stderr).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain('interrupted; what had been started is stopped');
    expect(stderr).not.toMatch(/^\s+at |bug/m);
    await expect.poll(() => processesWith(mark), { timeout: 5000 }).toEqual([]);
    await expect.poll(() => processesWith(`/lk-${child.pid}-`), { timeout: 5000 }).toEqual([]);
  });
});

describe('a command on a database that was brought', () => {
  it('gets in where a password is asked for, which it never sees', async () => {
    await using server = await startLoopbackServer(
      17,
      'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
    await using session = await connect(server.local, { applicationName: 'test' });
    await session.query("CREATE ROLE owner LOGIN SUPERUSER PASSWORD 'top secret'; CREATE ROLE deployer");
    await session.query("ALTER DATABASE postgres SET lockkeeper.disposable = 'on'; CREATE TABLE orders (id int)");
    await using folder = await makeFolder({ 'tool.cjs': `console.log(process.env.DATABASE_URL);${tool}` });
    const url = `postgresql://owner:top%20secret@127.0.0.1:${server.port}/postgres`;
    const rehearsing = ['rehearse', '--stage-url', url, '--format', 'json'];
    const sql = 'ALTER TABLE orders ADD COLUMN paid boolean';
    const { exitCode, stdout, stderr } = await runLockkeeper(
      folder.path,
      [...rehearsing, '--exec', `node tool.cjs "${sql}"`],
      driver,
    );
    expect(exitCode, stderr).toBe(0);
    expect(rehearsalOn(stdout).migrations[0]?.statements.find((statement) => statement.sql === sql)?.locks).toEqual([
      expect.objectContaining({ relation: 'public.orders', mode: 'AccessExclusiveLock' }),
    ]);
    expect(stderr).not.toContain('top');
    const asRole = await runLockkeeper(
      folder.path,
      [...rehearsing, '--role', 'deployer', '--exec', 'node tool.cjs "CREATE ROLE another"'],
      driver,
    );
    expect(asRole.exitCode, asRole.stderr).toBe(1);
    expect(asRole.stdout).toContain('permission denied to create role');
  });
});
