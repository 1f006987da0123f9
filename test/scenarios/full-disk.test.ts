import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mayMount } from './may-mount.js';
import { makeFolder, runLockkeeper } from './run-lockkeeper.js';

const run = promisify(execFile);

async function onDisk(megabytes: number, use: (path: string) => Promise<void>): Promise<void> {
  await using folder = await makeFolder();
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tmpfs', folder.path]);
  try {
    await use(folder.path);
  } finally {
    await run('umount', [folder.path]);
  }
}

async function serversIn(folder: string): Promise<readonly string[]> {
  const { stdout } = await run('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes('postgres') && line.includes(folder));
}

const migrations = {
  'migrations/1_a.sql': 'CREATE TABLE t (id int, pad text);\n',
  'migrations/2_b.sql': "INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) i;\n",
};

describe.runIf(mayMount)('a full disk (needs root that may mount a tmpfs)', () => {
  it.each([
    ['for the data directory', 6, 'TMPDIR'],
    ['for the cache', 6, 'LOCKKEEPER_CACHE'],
  ] as const)('%s is called that, and nothing is left', async (_, megabytes, variable) => {
    await onDisk(megabytes, async (disk) => {
      await using folder = await makeFolder(migrations);
      const outcome = await runLockkeeper(folder.path, ['rehearse'], { [variable]: disk });
      expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
      expect(outcome.stderr).toMatch(/full|no space/i);
      expect(outcome.stderr).toContain('No database was changed.');
      expect(outcome.stderr).not.toMatch(/^\s+at /m);
      expect((await readdir(disk)).filter((name) => !name.endsWith('.lock'))).toEqual([]);
      expect(await readdir(folder.path)).toEqual(['migrations']);
    });
  });

  it.each([
    ['while the history is applied', ['--from', '3']],
    ['while the change runs', []],
    ['while tables are filled', ['--from', '2', '--rows', '1000000']],
  ])('%s is called that, and nothing is left', async (_, flags) => {
    await onDisk(90, async (disk) => {
      await using folder = await makeFolder({ ...migrations, 'migrations/3_c.sql': 'SELECT 1;\n' });
      const outcome = await runLockkeeper(folder.path, ['rehearse', ...flags], { TMPDIR: disk });
      expect(outcome.exitCode, outcome.stderr).toBe(3);
      expect(outcome.stderr).toMatch(/full|no space/i);
      expect(outcome.stderr).toContain('No database was changed.');
      expect(outcome.stderr).not.toMatch(/^\s+at /m);
      expect(await serversIn(disk)).toEqual([]);
      expect(await readdir(disk)).toEqual([]);
      expect(await readdir(folder.path)).toEqual(['migrations']);
    });
  });
});
