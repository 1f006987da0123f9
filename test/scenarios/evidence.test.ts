import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { controlsSchema, evidenceSchema, evidenceVerifySchema } from '../../src/report/evidence/schemas.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

describe('evidence, from a shell', () => {
  let cluster: Cluster;
  let folder: Folder;
  let database: readonly string[];

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    const { host, port, user, database: name } = cluster.connection();
    database = ['--database', `host=${host} port=${port} user=${user} dbname=${name}`];
    folder = await makeFolder({
      'migrations/1_notes.sql': '-- migrate:up\nCREATE TABLE notes (id int);\n\n-- migrate:down\nDROP TABLE notes;\n',
    });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  const run = (...args: readonly string[]) => runLockkeeper(folder.path, args);

  it('what was done can be shown, confirmed, exported and verified', async () => {
    expect(await run('evidence', 'show')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Nothing is on record'),
    });
    expect(await run('apply', '--no-gates', ...database)).toMatchObject({ exitCode: 0 });
    const shown = evidenceSchema.parse(JSON.parse((await run('evidence', 'show', '--format', 'json')).stdout));
    expect(shown.evidence.controls).toMatchObject({ applied: 'applied', complete: false });
    expect(await run('confirm', 'tickt')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean ticket?'),
    });
    expect(await run('confirm', 'ticket', '--note', 'OPS-17')).toMatchObject({ exitCode: 0 });
    expect((await run('confirm', '--list')).stdout).toContain('OPS-17');
    const controls = await run('status', '--controls', '--format', 'json');
    expect(controls.exitCode).toBe(1);
    expect(controlsSchema.parse(JSON.parse(controls.stdout)).changes).toHaveLength(1);
    const exported = await run(
      'evidence',
      'export',
      '--out',
      'out/b.json',
      '--html',
      'out/p.html',
      '--checklists',
      'out/lists',
      ...database,
    );
    expect(exported, exported.stderr).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('not signed') });
    expect(await readFile(`${folder.path}/out/lists/migration-template.md`, 'utf8')).toContain('**Ticket:** OPS-17');
    const verified = await run('evidence', 'verify', ...database, '--format', 'json');
    expect(verified.exitCode, verified.stdout).toBe(0);
    expect(evidenceVerifySchema.parse(JSON.parse(verified.stdout)).verdict).toBe('verified');
    const bundle = await run('evidence', 'verify', 'out/b.json');
    expect(bundle).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('nobody signed it') });
  });

  it.skipIf(process.platform !== 'linux')('a list of processes shows no password of a command line', async () => {
    // Somebody who takes the connection and never answers.
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `postgres://app:Planted-Pass@127.0.0.1:${(silent.address() as AddressInfo).port}/app`;
    const { child, outcome } = startLockkeeper(folder.path, ['history', '--database', url]);
    const commandLine = () => readFile(`/proc/${child.pid}/cmdline`, 'utf8').catch(() => '');
    for (let tries = 0; tries < 200 && !(await commandLine()).includes('lockkeeper history'); tries += 1)
      await sleep(50);
    expect(await commandLine()).toContain('lockkeeper history');
    expect(await commandLine()).not.toContain('Planted-Pass');
    child.kill('SIGKILL');
    await outcome;
    silent.close();
  });
});
