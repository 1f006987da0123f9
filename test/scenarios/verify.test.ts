import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { verifySchema } from '../../src/report/verify-schema.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

let cluster: Cluster;
let folder: Folder;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  const url = `host=${cluster.socketDir} port=${cluster.port} user=postgres dbname=postgres`;
  const targets = { here: { url, verify: { immutable: ['public.ledger'] } } };
  folder = await makeFolder({ 'lockkeeper.yaml': JSON.stringify({ targets }) });
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

test('from a shell: what holds, what is unknown, a snapshot, and what changed', async () => {
  await using session = await connect(cluster.connection(), { applicationName: 'scenario' });
  await session.query(
    'CREATE TABLE ledger (id serial PRIMARY KEY, v int); INSERT INTO ledger (v) SELECT generate_series(1, 50)',
  );
  const run = (...args: readonly string[]) => runLockkeeper(folder.path, ['verify', '--target', 'here', ...args]);
  const unknown = await run();
  expect(unknown).toMatchObject({ exitCode: 1 });
  expect(unknown.stdout).toContain('CREATE EXTENSION amcheck');
  expect(unknown.stdout).toContain('incomplete: 2 things could not be looked at');
  const skipped = await run('--skip', 'indexes-sound', 'heap-sound', '--format', 'json');
  expect(skipped).toMatchObject({ exitCode: 0 });
  expect(verifySchema.parse(JSON.parse(skipped.stdout))).toMatchObject({ verdict: 'passed', target: 'here' });
  expect(await run('--snapshot', 'before.json')).toMatchObject({ exitCode: 0 });
  expect(await run('--compare', 'before.json')).toMatchObject({ exitCode: 0 });
  await session.query('UPDATE ledger SET v = 0 WHERE id = 7');
  const changed = await run('--compare', 'before.json');
  expect(changed).toMatchObject({ exitCode: 1 });
  expect(changed.stdout).toContain('50 rows, and not the same values');
  expect(await run('--compare', 'nothing.json')).toMatchObject({ exitCode: 2 });
  expect(await run('--only', 'nothing')).toMatchObject({ exitCode: 2 });
  expect(await run('--table', 'public.nothing')).toMatchObject({ exitCode: 2 });
});
