import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { verifyEvidence } from '../../../src/workflows/evidence.js';
import { applyAll, type Folder, folderOf, requestFor, urlOf } from '../target/target-bench.js';

const view = 'CREATE OR REPLACE VIEW named AS SELECT id FROM notes;\n';
const files = {
  'lockkeeper.yaml': 'project: { format: flyway, dir: sql }\n',
  'sql/V1__notes.sql': 'CREATE TABLE notes (id int PRIMARY KEY, body text);\n',
  'sql/R__named.sql': view,
};

let cluster: Cluster;
let folder: Folder;
let url: string;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  folder = await folderOf(files);
  url = urlOf(cluster.connection());
});
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const verify = () => verifyEvidence({ ...requestFor(folder.path, url), path: null, signers: null });
const write = (file: string, text: string) => writeFile(join(folder.path, file), text);

it('an edited repeatable migration is a new change, and an edited versioned one is not what was applied', async () => {
  expect((await applyAll(folder.path, url)).report).toMatchObject({
    verdict: 'applied',
    migrations: ['1', 'R__named'],
  });
  expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  await write('sql/R__named.sql', view.replace('id', 'id, body'));
  const edited = await verify();
  expect(edited).toMatchObject({ verdict: 'verified', problems: [] });
  expect(edited.notes.join()).toContain('R__named.sql is repeatable and was edited since it was applied');
  expect((await applyAll(folder.path, url)).report).toMatchObject({ verdict: 'applied', migrations: ['R__named'] });
  expect((await verify()).notes.join()).not.toContain('repeatable');
  await write('sql/V1__notes.sql', files['sql/V1__notes.sql'].replace('body', 'text'));
  expect((await verify()).problems).toMatchObject([{ about: 'migration', field: 'sha256' }]);
});
