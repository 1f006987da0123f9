import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

it('a variable that a tool fills in between dollar quotes is explained', async () => {
  await using folder = await makeFolder({
    'migrations/1_a.sql': 'CREATE SCHEMA :APP_SCHEMA;\n',
    'migrations/2_b.sql': 'DO $$ BEGIN\n  DELETE FROM :APP_SCHEMA.jobs;\nEND $$;\n',
    'lockkeeper.yaml': 'project:\n  placeholders:\n    APP_SCHEMA: app\n',
  });
  const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['rehearse', '--format', 'json']);
  expect(exitCode, stderr).toBe(1);
  const { findings, migrations } = rehearsalOn(stdout);
  expect(migrations.map(({ state }) => state.kind)).toEqual(['applied', 'rolled-back']);
  expect(findings).toContainEqual(
    expect.objectContaining({ id: 'change-fails', remedy: expect.stringMatching(/^:APP_SCHEMA stands .*--exec/) }),
  );
});

it.runIf(process.platform === 'linux')(
  'a cache that was named and cannot be used is refused with what to do',
  async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': 'SELECT 1;\n' });
    await writeFile(join(folder.path, 'file'), '');
    const variables = { LOCKKEEPER_CACHE: join(folder.path, 'file') };
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['rehearse'], variables);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('LOCKKEEPER_CACHE cannot be used');
  },
);

it('a service names the hosts of the stage', async () => {
  await using folder = await makeFolder({
    'migrations/1_a.sql': 'SELECT 1;\n',
    'service.conf': '[stage]\nhost=/nowhere/one,/nowhere/two\ndbname=app\nuser=ada\n',
  });
  const variables = { PGSERVICEFILE: join(folder.path, 'service.conf'), HOME: folder.path };
  const args = ['rehearse', '--stage-url', 'service=stage'];
  const { exitCode, stderr } = await runLockkeeper(folder.path, args, variables);
  expect(exitCode, stderr).toBe(3);
  expect(stderr).toMatch(/database app at \/nowhere\/one:5432 as ada.*ENOENT[^]*\/nowhere\/two:5432/);
});
