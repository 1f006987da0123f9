import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { preflight } from '../../../src/workflows/preflight.js';
import { prepareRollbacks } from '../../../src/workflows/rollback.js';
import { runRollback } from '../../../src/workflows/rollback-run.js';
import { testRollbacks } from '../../../src/workflows/test-rollbacks.js';
import { applyAll, changeFor, dbmate, type Folder, folderOf, urlOf } from '../target/target-bench.js';

/** So long that it is known which of the two was measured. */
const down = 'SELECT pg_sleep(0.2);\nDROP TABLE notes;';
const files = {
  'migrations/1_notes.sql': dbmate('CREATE TABLE notes (id int PRIMARY KEY);', down),
  'migrations/2_other.sql': dbmate('CREATE TABLE other (id int PRIMARY KEY);', 'DROP TABLE other;'),
};
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

let cluster: Cluster;
let folder: Folder;
let url: string;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  url = urlOf(cluster.connection());
  const window = { days, from: '00:00', to: '24:00', timezone: 'UTC' };
  folder = await folderOf({
    ...files,
    'lockkeeper.yaml': JSON.stringify({ targets: { shop: { url, tier: 3, window } } }),
  });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const request = () => ({ ...changeFor(folder.path, url), database: { target: 'shop', database: null } });
const trial = { stageUrl: null, rowsPerTable: null, command: null, timeLimitMs: 30_000, failFast: false } as const;

/** What the gate of the window went by when the gates were asked about a way back. */
async function estimate(id: string) {
  const { until: _until, only: _only, ...change } = request();
  // The gates close, for want of all else that they ask about: nothing is taken back.
  const { report } = await runRollback({ ...change, gates: true, id, script: null, forceOrder: true });
  expect(report.verdict).toBe('blocked');
  const gate = report.preflight?.gates.find((one) => one.id === 'maintenance-window');
  return gate?.observation as { readonly source: string | null; readonly estimateMs: number | null };
}

it('the way back takes as long as it took when it was tried', async () => {
  const { until: _until, only: _only, dryRun: _dryRun, gates: _gates, database: _database, ...rest } = request();
  await applyAll(folder.path, url);
  expect(await estimate('1')).toMatchObject({ source: null, estimateMs: null });
  // Both together, as they were applied: the record of their judgement says which files those were.
  await testRollbacks({ ...rest, ...trial, selection: { paths: [], all: true }, rollbacks: 'written', record: true });
  const tested = await estimate('1');
  expect(tested.source).toBe('way back');
  expect(tested.estimateMs).toBeGreaterThanOrEqual(200);
  const short = await estimate('2');
  expect(short).toMatchObject({ source: 'way back' });
  expect(short.estimateMs).toBeLessThan(200);
  const file = join(folder.path, 'migrations/1_notes.sql');
  await writeFile(file, dbmate('CREATE TABLE notes (id int PRIMARY KEY);', down.replace('0.2', '0.3')));
  expect(await estimate('1')).toMatchObject({ source: null });
  await prepareRollbacks({
    ...rest,
    ...trial,
    selection: { paths: [], all: true },
    action: 'prove',
    files: { dryRun: true, outputDir: null, fillEmpty: false },
  });
  const proved = await estimate('1');
  expect(proved.source).toBe('way back');
  expect(proved.estimateMs).toBeGreaterThanOrEqual(300);
}, 90_000);

it('a change that leads forward is not measured by its way back', async () => {
  await using own = await folderOf({ ...files, 'migrations/3_more.sql': dbmate('CREATE TABLE more (id int);', down) });
  const report = await preflight({ ...changeFor(own.path, url) });
  const gate = report.gates.find(({ id }) => id === 'maintenance-window');
  expect(gate?.observation).toMatchObject({ source: null });
});
