import { cp, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOn, type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';
import { sarifLog } from './sarif-log.js';

const shop = fileURLToPath(new URL('../../examples/shop', import.meta.url));

describe('the shop', () => {
  let folder: Folder;
  const check = (...flags: readonly string[]) => runLockkeeper(folder.path, ['check', '--no-shadow', ...flags]);
  beforeAll(async () => {
    folder = await makeFolder();
    await cp(shop, folder.path, { recursive: true });
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
  });

  it('as text: what is found, where, and what to write instead; without escapes', async () => {
    const { exitCode, stdout, stderr } = await check();
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toContain('error create-index-blocks-writes: CREATE INDEX without CONCURRENTLY blocks writes');
    expect(stdout).toContain('migrations/0007_index_orders_by_user.sql:4:1');
    expect(stdout).toContain('CREATE INDEX CONCURRENTLY orders_user_id_created_at_idx');
    expect(stdout).toMatch(/0011_index_order_items_by_product\.sql ─+ LOW/);
    expect(stdout).toMatch(/\d+ errors, \d+ warnings/);
    expect(stdout + stderr).not.toContain('\x1b');
  });

  it('as JSON: the whole of stdout, as its schema says, for every migration', async () => {
    const { exitCode, stdout, stderr } = await check('--format', 'json', '--style');
    expect(exitCode, stderr).toBe(1);
    const report = checkOn(stdout);
    expect(report.server).toEqual({ major: 17, schema: 'none', sizes: 'unknown' });
    expect(report.migrations).toHaveLength(14);
    const index = report.migrations.find(({ id }) => id === '0007');
    expect(index).toMatchObject({ risk: 'HIGH', assessment: { deployment: { order: 'any' } } });
    expect(index?.statements[0]).toMatchObject({
      line: 4,
      locks: [{ relation: 'public.orders', kind: 'table', mode: 'ShareLock', certainty: 'certain' }],
      scans: ['public.orders'],
      blocks: { reads: false, writes: true },
      transactionBlock: 'allowed',
    });
    const found = new Set(report.migrations.flatMap(({ statements }) => statements.flatMap((one) => one.findings)));
    expect([...found].map(({ id }) => id)).toEqual(
      expect.arrayContaining(['rename-column', 'drop-column', 'create-index-blocks-writes']),
    );
    for (const { id } of found) expect(report.rules.map((rule) => rule.id)).toContain(id);
  });

  it('as SARIF, strictly as the standard has it', async () => {
    const { exitCode, stdout, stderr } = await check('--format', 'sarif', '--style');
    expect(exitCode, stderr).toBe(1);
    const { runs } = sarifLog.parse(JSON.parse(stdout));
    expect(runs[0]?.results).not.toHaveLength(0);
    for (const { ruleId, ruleIndex } of runs[0]?.results ?? []) {
      expect(runs[0]?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
  });

  it('as annotations, as code quality, as JUnit and as a comment', async () => {
    const [github, gitlab, junit, markdown] = await Promise.all(
      ['github', 'gitlab', 'junit', 'markdown'].map((format) => check('--format', format)),
    );
    expect(github?.stdout).toMatch(/^::error file=migrations\/0007_index_orders_by_user\.sql,line=4,/m);
    const issues = JSON.parse(gitlab?.stdout ?? '') as readonly { readonly fingerprint: string }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect(junit?.stdout.match(/<testsuite /g)).toHaveLength(14);
    expect(markdown?.stdout).toContain('| `migrations/0007_index_orders_by_user.sql` | 🔴 HIGH |');
    expect(markdown?.stdout.length).toBeLessThan(65_000);
    for (const { exitCode, stderr } of [github, gitlab, junit, markdown].filter((one) => one !== undefined)) {
      expect(exitCode, stderr).toBe(1);
    }
  });

  it('into a file, in the format of its name, for its owner only; the terminal still shows it', async () => {
    const { stdout, stderr } = await check('--output', 'report.sarif');
    const path = join(folder.path, 'report.sarif');
    sarifLog.parse(JSON.parse(await readFile(path, 'utf8')));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(stdout).toContain('check of migrations');
    expect(stderr).toContain('Report written to report.sarif');
  });

  it('judges the last ones by the schema that a shadow has at each statement, and takes their claims by it', async () => {
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, [
      'check',
      '--from',
      '0006',
      '--format',
      'json',
    ]);
    expect(exitCode, stderr).toBe(1);
    const { server, migrations } = checkOn(stdout);
    expect(server).toEqual({ major: 17, schema: 'shadow', sizes: 'unknown' });
    expect(migrations.map(({ id }) => id)[0]).toBe('0006');
    const locks = migrations.flatMap(({ statements }) => statements.flatMap((one) => one.locks));
    const certain = locks.filter(({ certainty }) => certainty === 'certain');
    expect(certain.length / locks.length).toBeGreaterThanOrEqual(0.97);
    const widening = migrations.find(({ id }) => id === '0008');
    expect(widening?.statements[0]).toMatchObject({ rewrites: ['public.payments'], possible: { rewrites: [] } });
    expect(widening?.findings.map(({ id }) => id)).toContain('claim-understates-risk');
    expect(widening?.assessment.blastRadius.relations.map(({ relation }) => relation)).toContain('public.payments');
  });

  it('judges single files by their text', async () => {
    const { exitCode, stdout, stderr } = await check('migrations/0014_drop_legacy_code.sql', '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    expect(checkOn(stdout).migrations.map(({ path }) => path)).toEqual(['0014_drop_legacy_code.sql']);
  });
});
