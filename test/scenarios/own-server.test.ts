import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

/** Where Debian and Ubuntu put the programs of a server: /usr/lib/postgresql/MAJOR/bin. */
const root = '/usr/lib/postgresql';
const installed = (existsSync(root) ? readdirSync(root) : [])
  .map((major) => ({ major: Number(major), bin: join(root, major, 'bin') }))
  .filter(({ major, bin }) => major >= 15 && existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));

const files = {
  'migrations/1_a.sql': 'CREATE TABLE t (id bigint PRIMARY KEY, note text);\n',
  'migrations/2_b.sql': 'ALTER TABLE t ALTER COLUMN id TYPE numeric;\n',
  'migrations/3_c.sql': 'CREATE INDEX CONCURRENTLY t_note ON t (note);\n',
};

describe.runIf(installed.length > 0)(`an installed server (needs one of 15 or newer in ${root})`, () => {
  it.each(installed)('of major $major rehearses like the embedded one', async ({ major, bin }) => {
    await using folder = await makeFolder(files);
    const args = ['rehearse', '--server-bin', bin, '--from', '2', '--rows', '20000', '--standby', '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr).toBe(0);
    const { server, verdict, migrations } = rehearsalOn(stdout);
    expect({ ...server, verdict }).toMatchObject({ major, source: 'installed', verdict: 'passed' });
    const [alter, index] = migrations.map(({ statements }) => statements[0]);
    expect(alter?.rewrites).toEqual(['public.t']);
    expect(alter?.standby?.lagBytes).toBeGreaterThanOrEqual(0);
    expect(alter?.walBytes).toBeGreaterThan(0);
    expect(index?.locks).toContainEqual(
      expect.objectContaining({ relation: 'public.t', mode: 'ShareUpdateExclusiveLock' }),
    );
  });
});

describe('a folder without a server', () => {
  it('is refused with what to do', async () => {
    await using folder = await makeFolder(files);
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['rehearse', '--server-bin', folder.path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('holds no program postgres');
    expect(stderr).toContain('pg_config --bindir');
  });
});
