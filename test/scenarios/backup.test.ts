import { spawn, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { backupSchema } from '../../src/report/backup-schema.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const secret = 'sesame-open-4711';

/** Debian's client programs are of 15. */
describe('a backup before a change', () => {
  let cluster: Cluster;
  let folder: Folder;

  beforeAll(async () => {
    cluster = await startCluster({ major: 15, serverBin: null });
    const { host, port, user } = cluster.connection();
    const url = (database: string) => `"host=${host} port=${port} user=${user} password=${secret} dbname=${database}"`;
    folder = await makeFolder({
      'lockkeeper.yaml': `targets:\n  shop: { url: ${url('shop')} }\n  copy: { url: ${url('copy')} }\n`,
    });
    await on('postgres', 'CREATE DATABASE shop');
    await on('postgres', 'CREATE DATABASE copy');
    await on('shop', 'CREATE TABLE orders AS SELECT i AS id FROM generate_series(1, 1000) i');
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  async function on(database: string, sql: string) {
    await using session = await connect(cluster.connection(database), { applicationName: 'backup scenario' });
    return (await session.query(sql)).rows;
  }
  const backup = (...args: readonly string[]) => runLockkeeper(folder.path, ['backup', ...args]);

  it('is made, listed, verified, restored after it was confirmed, and kept', async () => {
    const label = ['--label', 'ticket=OPS-1', '--label', 'team=shop'];
    const create = ['create', '--target', 'shop', '--prefix', 'pre-migration-0042', ...label, '--format', 'json'];
    const created = await backup(...create);
    expect(created.exitCode, created.stderr).toBe(0);
    const report = backupSchema.parse(JSON.parse(created.stdout));
    if (report.action !== 'create') throw new Error(`it reports ${report.action}`);
    const manifest = await readFile(join(report.backup.path, 'manifest.json'), 'utf8');
    expect(created.stdout + created.stderr + manifest).not.toContain(secret);
    const list = await backup('list');
    expect(list).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/pre-migration-0042-\d{8}T\d{9}Z .*not verified/),
    });

    const verified = await backup('verify');
    expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
    expect(verified.stdout).toContain('1000 rows of 1 tables are as they were');
    const records = JSON.parse(await readFile(join(folder.path, '.lockkeeper/backups.json'), 'utf8')) as unknown;
    expect(records).toMatchObject([
      {
        verifiedAt: expect.any(String),
        restoredAt: expect.any(String),
        label: 'ticket=OPS-1, team=shop',
        database: 'shop',
      },
    ]);

    const unsaid = await backup('restore', '--target', 'copy');
    expect(unsaid).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes --confirm copy') });
    const wrong = await backup('restore', '--target', 'copy', '--yes', '--confirm', 'shop');
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('the database is copy') });
    const full = await backup('restore', '--target', 'shop', '--yes', '--confirm', 'shop');
    expect(full).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/not empty[^]*No database was changed[^]*--clean/),
    });
    const restored = await backup('restore', '--target', 'copy', '--yes', '--confirm', 'copy');
    expect(restored, restored.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('into copy') });
    expect(await on('copy', 'SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 1000 }]);

    expect(await backup('prune', '--older-than', '0h')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing is to go; 1 stay.'),
    });
    expect(await backup('prune')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--keep N') });
    expect(await backup('verify', 'no-such')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no-such'),
    });
  });

  it('that is interrupted is not there', async () => {
    const { child, outcome } = startLockkeeper(folder.path, ['backup', 'create', '--target', 'shop', '--out', 'cut']);
    await using blocker = await connect(cluster.connection('shop'), { applicationName: 'blocker' });
    child.stderr?.on('data', (text: string) => {
      if (!text.includes('Dumping')) return;
      void blocker.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
      setTimeout(() => child.kill('SIGINT'), 500);
    });
    expect((await outcome).exitCode).toBe(130);
    await blocker.query('ROLLBACK');
    expect(await readdir(join(folder.path, 'cut'))).toEqual([]);
  });

  it.runIf(hasScript)('is restored on a terminal once somebody types the name of the database', async () => {
    await backup('create', '--target', 'shop', '--out', 'asked');
    const restore = async (answer: string) => {
      const { CI: _ci, ...env } = process.env;
      const command = `exec "${process.execPath}" "${main}" backup restore --target shop --clean`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        cwd: folder.path,
        env: { ...env, TERM: 'xterm' },
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!output.includes('Type the name') && (output + text).includes('Type the name'))
          child.stdin.write(`${answer}\r`);
        output += text;
      });
      await new Promise((resolve) => child.on('close', resolve));
      return output;
    };
    await on('shop', 'DELETE FROM orders; CREATE TABLE younger ()');
    const refused = await restore('no');
    expect(refused).toContain('What is younger stays: table public.younger.');
    expect(refused).toContain('Nothing was restored.');
    expect(await restore('shop')).toContain('Restored. Every write since');
    expect(await on('shop', 'SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 1000 }]);
  });
});
