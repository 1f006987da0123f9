import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rollbackSchema } from '../../src/report/rollback-schema.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

const shop = fileURLToPath(new URL('../../examples/shop', import.meta.url));

async function copyShop(): Promise<Folder> {
  const folder = await makeFolder();
  await cp(shop, folder.path, { recursive: true });
  return folder;
}

async function rollbackFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(join(folder, 'migrations'))).filter((name) => name.endsWith('.rollback.sql'));
}

test('the shop gets back the rollbacks that it lost, and they prove as its own do', async () => {
  await using folder = await copyShop();
  const lost = await rollbackFiles(folder.path);
  await Promise.all(lost.map((name) => rm(join(folder.path, 'migrations', name))));

  const generated = await runLockkeeper(folder.path, ['rollback', 'generate', '--format', 'json']);
  const report = rollbackSchema.parse(JSON.parse(generated.stdout));
  const short = report.migrations.filter(({ file }) => file?.outcome !== 'written');
  expect(short.map(({ path, verdict, story }) => [path, verdict, story.kind])).toEqual([]);
  expect(generated.exitCode).toBe(0);
  expect(await rollbackFiles(folder.path)).toEqual(lost);
  // A dropped column comes back with its values, once they were kept.
  const dropped = lost.find((name) => name.startsWith('0014')) ?? '';
  const back = await readFile(join(folder.path, 'migrations', dropped), 'utf8');
  expect(back).toMatch(/^-- WARNING: run before the migration, .*: CREATE TABLE lockkeeper_keep\.\S+ AS SELECT/m);

  const proved = await runLockkeeper(folder.path, ['rollback', 'prove', '--format', 'json']);
  const proofs = rollbackSchema.parse(JSON.parse(proved.stdout)).migrations;
  expect(proofs.flatMap((entry) => entry.proofs.map(({ rollback, verdict }) => `${rollback} ${verdict}`))).toEqual(
    proofs.flatMap(() => ['written restored', 'generated restored']),
  );
});

test('a dry run shows the file and writes none; a declaration takes the place of a rollback', async () => {
  await using folder = await copyShop();
  const name = '0014_drop_legacy_code';
  const back = join(folder.path, `migrations/${name}.rollback.sql`);
  await rm(back);
  const up = join(folder.path, `migrations/${name}.sql`);
  const declared = '-- lockkeeper: no-rollback because nobody reads the codes; mitigation: restore point\n';
  await writeFile(up, `${declared}${await readFile(up, 'utf8')}`);
  const index = join(folder.path, 'migrations/0011_index_order_items_by_product.rollback.sql');
  await rm(index);

  const { exitCode, stdout } = await runLockkeeper(folder.path, [
    'rollback',
    'generate',
    '--pending',
    '4',
    '--dry-run',
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('would be written to migrations/0011_index_order_items_by_product.rollback.sql');
  expect(stdout).toContain('-- WARNING: Test this rollback script thoroughly before use!');
  expect(stdout).toContain('BEGIN;');
  expect(stdout).toContain('left alone: migrations/0012_add_refunded_status.rollback.sql');
  expect(stdout).toContain('way back: none (declared: nobody reads the codes)');
  await expect(readFile(index)).rejects.toThrow('ENOENT');
  await expect(readFile(back)).rejects.toThrow('ENOENT');
});

test('the command says what it can do, and refuses what it cannot', async () => {
  await using folder = await copyShop();
  const help = await runLockkeeper(folder.path, ['rollback', '--help']);
  expect(help.stdout).toMatch(/generate .*\n[\s\S]*prove /);
  const wrong = await runLockkeeper(folder.path, ['rollback', 'generate', '--rows', 'many']);
  expect(wrong.exitCode).toBe(2);
});
