import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { applySchema } from '../../src/report/apply-schema.js';
import { watchSchema } from '../../src/report/watch-schemas.js';
import { type FakeApplication, startApplication } from '../workflows/watch/fake-application.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

describe('watch', () => {
  let cluster: Cluster;
  let application: FakeApplication;
  let folder: Folder;
  const production = ['--target', 'production'];

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    application = await startApplication();
    folder = await makeFolder({
      'migrations/001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);',
      'lockkeeper.yaml': `targets:
  production:
    url: "host=${cluster.socketDir} port=${cluster.port} user=postgres dbname=postgres"
    tier: 2
    health: ${application.url}/health
    metrics:
      errorRate: { http: "${application.url}/metrics", path: errorRate }
      p95Ms: { http: "${application.url}/metrics", path: p95Ms }
    watch: { everyMs: 100, sustainMs: 1000, integrityEveryMs: 500, baselineSamples: 2 }
    contacts: [{ role: on-call engineer, name: Ada, reach: "#oncall" }]
`,
    });
    const applied = await runLockkeeper(folder.path, ['apply', ...production, '--no-gates', '--format', 'json']);
    expect(applied.exitCode, applied.stderr).toBe(0);
    const report = applySchema.parse(JSON.parse(applied.stdout));
    expect(report.validation).toMatchObject({ verdict: 'passed', touched: ['public.users'] });
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
    await application?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('goes on while all is well, and tells each look as a line of JSON', async () => {
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, [
      'watch',
      ...production,
      '--for',
      '2s',
      '--events',
      '-',
    ]);
    expect(exitCode, stderr).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string });
    expect(events.at(0)?.kind).toBe('watching');
    expect(events.filter(({ kind }) => kind === 'sample').length).toBeGreaterThan(3);
    expect(events.at(-1)).toMatchObject({ kind: 'ended', verdict: 'continue' });
    expect(stderr).toContain('CONTINUE');
  });

  it('says to roll back when the application fails, whom to call, and exits with 1', async () => {
    application.errorRate = 0.3;
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['watch', ...production, '--for', '1m']);
    application.errorRate = 0.001;
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toContain('ROLL BACK NOW (P1)');
    expect(stdout).toContain('30 % of the requests fail');
    expect(stdout).toMatch(/on-call engineer: Ada, #oncall, at /);
  });

  it('a signal ends it with a record of what was seen', async () => {
    const records = join(folder.path, '.lockkeeper', 'records');
    const before = (await readdir(records)).length;
    const { child, outcome } = startLockkeeper(folder.path, [
      'watch',
      ...production,
      '--format',
      'json',
      '--events',
      'events.jsonl',
    ]);
    const events = join(folder.path, 'events.jsonl');
    const seen = () =>
      readFile(events, 'utf8').then(
        (text) => text.split('"sample"').length,
        () => 0,
      );
    await expect.poll(seen, { timeout: 30_000 }).toBeGreaterThan(3);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await outcome;
    expect(exitCode, stderr).toBe(130);
    expect(watchSchema.parse(JSON.parse(stdout))).toMatchObject({ ended: 'interrupted' });
    expect((await readdir(records)).length).toBe(before + 1);
  });

  it('validates once more', async () => {
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['validate', ...production]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('VALIDATED');
  });
});
