import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

const shop = fileURLToPath(new URL('../../examples/shop', import.meta.url));

describe('the shop', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await makeFolder();
    await mkdir(join(folder.path, 'migrations'));
    await cp(join(shop, 'lockkeeper.yaml'), join(folder.path, 'lockkeeper.yaml'));
    await cp(join(shop, 'migrations'), join(folder.path, 'migrations'), { recursive: true });
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
  });

  it('prints JSON and nothing else, and keeps a record for its owner only', async () => {
    const args = ['rehearse', '--from', '0006', '--rows', '500', '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr).toBe(0);
    const rehearsal = rehearsalOn(stdout);
    expect(rehearsal.verdict).toBe('passed');
    expect(rehearsal.stage).toMatchObject({ historyMigrations: 5, data: 'filled', rowsPerTable: 500 });
    expect(rehearsal.migrations.map(({ id }) => id)[0]).toBe('0006');
    const records = join(folder.path, '.lockkeeper', 'records');
    const [record = ''] = await readdir(records);
    expect((await stat(join(records, record))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(records, record), 'utf8'))).toMatchObject({ body: { verdict: 'passed' } });
  });

  it('writes a page that loads nothing from elsewhere', async () => {
    const args = ['rehearse', '--from', '0013', '--rows', '50', '--output', 'report.html'];
    const { exitCode, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr).toBe(0);
    const html = await readFile(join(folder.path, 'report.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('0014');
    expect(html).not.toMatch(/<(?:link|script|img|iframe)\b[^>]*\b(?:src|href)\s*=/i);
    expect(html).not.toMatch(/url\(\s*['"]?https?:|@import/i);
  });

  it('measures how long readers of payments stand still, and how far a standby falls behind', async () => {
    const args = ['rehearse', '--from', '0006', '--rows', '2000', '--traffic', '--standby', '--format', 'json'];
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr).toBe(0);
    const { migrations } = rehearsalOn(stdout);
    const widening = migrations.find(({ id }) => id === '0008')?.statements ?? [];
    const onPayments = widening
      .flatMap(({ traffic }) => traffic)
      .filter(({ relation }) => relation === 'public.payments');
    expect(onPayments.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['read', 'write']));
    // An undisturbed request takes about a millisecond, the rewrite of 2000 rows about twenty.
    expect(Math.max(...onPayments.map(({ longestStallMs }) => longestStallMs))).toBeGreaterThan(5);
    const lags = migrations.flatMap(({ statements }) => statements.map(({ standby }) => standby?.lagMs ?? 0));
    expect(Math.max(...lags)).toBeGreaterThan(0);
  });
});
