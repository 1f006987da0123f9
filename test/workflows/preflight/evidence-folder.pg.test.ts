import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { renderPreflightTerminal } from '../../../src/report/preflight/terminal.js';
import { applyCommand } from '../../../src/workflows/apply-command.js';
import { preflight } from '../../../src/workflows/preflight.js';
import { runRollback } from '../../../src/workflows/rollback-run.js';
import { applyAll, changeFor, dbmate, type Folder, folderOf, urlOf } from '../target/target-bench.js';

const files = {
  'migrations/1_notes.sql': dbmate('CREATE TABLE notes (id int PRIMARY KEY);', 'DROP TABLE notes;'),
  // A folder below a file can neither be made nor read, not by root either.
  'lockkeeper.yaml': 'evidence: { dir: occupied/evidence }\n',
  occupied: '',
};

let cluster: Cluster;
let session: Session;
let folder: Folder;
let url: string;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'test' });
  folder = await folderOf(files);
  url = urlOf(cluster.connection());
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const traces = async () =>
  (
    await session.query(
      `SELECT relname::text FROM pg_class WHERE oid >= 16384 UNION SELECT nspname FROM pg_namespace WHERE oid >= 16384`,
    )
  ).rows;
const refusal = { code: 'output-failed', effect: 'none', message: expect.stringContaining('ENOTDIR') };

it('judges where nothing can be written, and says that nothing was kept', async () => {
  const report = await preflight(changeFor(folder.path, url));
  expect(report.gates.map(({ id }) => id)).toContain('data-allows');
  expect(report.gates.find(({ id }) => id === 'rehearsed')?.verdict).not.toBe('pass');
  expect(report.gates.find(({ id }) => id === 'evidence-intact')).toMatchObject({ verdict: 'unknown' });
  expect(report.notes).toEqual(
    expect.arrayContaining([
      expect.stringContaining('as if nothing were on record'),
      expect.stringMatching(/^Nothing of this preflight was kept on record\. .*ENOTDIR/),
    ]),
  );
  expect(renderPreflightTerminal(report, { width: 100, color: false })).toContain('Nothing of this preflight was kept');
});

it.each([true, false])('apply begins nothing then (gates: %s)', async (gates) => {
  await expect(applyAll(folder.path, url, { gates })).rejects.toMatchObject(refusal);
  expect(await traces()).toEqual([]);
  expect(await applyAll(folder.path, url, { gates, dryRun: true })).toMatchObject({ recordPath: null });
});

it('nor do the team’s own command and a way back', async () => {
  const { until: _until, only: _only, gates: _gates, dryRun: _dryRun, ...change } = changeFor(folder.path, url);
  await expect(applyCommand({ ...change, exec: 'touch began' })).rejects.toMatchObject(refusal);
  expect(await traces()).toEqual([]);
  await using other = await folderOf({ ...files, 'lockkeeper.yaml': '' });
  expect((await applyAll(other.path, url)).report.verdict).toBe('applied');
  const back = { ...change, id: '1', script: null, forceOrder: false, dryRun: false, gates: false };
  await expect(runRollback(back)).rejects.toMatchObject(refusal);
  expect((await session.query('SELECT FROM notes')).rows).toEqual([]);
  expect(await runRollback({ ...back, cwd: other.path })).toMatchObject({ report: { verdict: 'applied' } });
});

it('a run that loses its folder on the way tells what it did', async () => {
  await using own = await folderOf({ 'migrations/1_notes.sql': files['migrations/1_notes.sql'] });
  const evidence = join(own.path, '.lockkeeper');
  const lost: Promise<void>[] = [];
  const { report, recordPath } = await applyAll(own.path, url, {
    validate: false,
    onEvent: ({ kind }) => {
      if (kind === 'step-started' && lost.length === 0) lost.push(occupy(evidence));
    },
  });
  await Promise.all(lost);
  expect(lost).toHaveLength(1);
  expect({ verdict: report.verdict, recordPath }).toEqual({ verdict: 'applied', recordPath: null });
  expect(report.notes.join()).toContain('not on record, only in the ledger');
});

async function occupy(path: string): Promise<void> {
  await rm(path, { recursive: true });
  await writeFile(path, '');
}
