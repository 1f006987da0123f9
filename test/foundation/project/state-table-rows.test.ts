import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openProjectState } from '../../../src/foundation/project/project-state.js';
import { readProject } from '../../../src/foundation/project/read-project.js';
import type { StateRow } from '../../../src/foundation/project/state-table.js';

type Files = Readonly<Record<string, string>>;

/** `state id` for each entry, with `?` where no file has it and `!` where the text was edited. */
async function interpret(files: Files, rows: readonly StateRow[]): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-state-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    const project = await readProject(dir, { format: 'auto', placeholders: {} });
    const state = await openProjectState(project, { placeholders: {}, variables: {} });
    return state
      .interpret(rows)
      .map(({ id, known, state: is, edited }) => `${is} ${id}${known ? '' : '?'}${edited ? '!' : ''}`);
  } finally {
    await rm(dir, { recursive: true });
  }
}

const golang: Files = { '1_a.up.sql': 'SELECT 1;', '2_b.up.sql': 'SELECT 1;' };

test('golang-migrate: a version beyond the files, and the one before the first', async () => {
  expect(await interpret(golang, [{ version: '3', dirty: 'true' }])).toEqual(['applied 1', 'applied 2', 'failed 3?']);
  expect(await interpret(golang, [{ version: '-1', dirty: 'true' }])).toEqual([]);
  expect(await interpret(golang, [])).toEqual([]);
});

test('Drizzle 1.0: the name of the folder tells, or its time where the table is older', async () => {
  const files: Files = Object.fromEntries(
    ['20240101000000_a', '20240102000000_b'].flatMap((folder) => [
      [`${folder}/migration.sql`, 'SELECT 1;'],
      [`${folder}/snapshot.json`, '{}'],
    ]),
  );
  const hash = '17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a';
  expect(
    await interpret(files, [
      { hash, created_at: '0', name: '20240102000000_b' },
      { hash: 'other', created_at: String(Date.UTC(2024, 0, 1)) },
    ]),
  ).toEqual(['applied 20240102000000_b', 'applied 20240101000000_a!']);
});

const flyway: Files = { 'V1__a.sql': 'a', 'V2__b.sql': 'b', 'V3__c.sql': 'c' };
const flywayRow = { description: '', success: 'true', checksum: null };

test('Flyway: a baseline stands for all up to its version', async () => {
  const row = { ...flywayRow, version: '2', type: 'BASELINE', description: '<< Flyway Baseline >>' };
  expect(await interpret(flyway, [row])).toEqual(['applied 1', 'applied 2', 'applied 2']);
  expect(await interpret(flyway, [{ ...row, version: '0.9' }])).toEqual([]);
});

test('Flyway: a baseline file never runs where versions are, and what it stands for is not unknown', async () => {
  const files: Files = { ...flyway, 'B2__all.sql': 'all' };
  expect(await interpret(files, [{ ...flywayRow, version: '1', type: 'SQL' }])).toEqual(['applied 2']);
});

test('Atlas: a database that was taken over at a version has all up to it', async () => {
  const files: Files = {
    '1_a.sql': '-- atlas:txmode none\n\nSELECT 1;',
    '2_b.sql': 'SELECT 1;',
    '3_c.sql': 'SELECT 1;',
  };
  const rows = [{ version: '2', type: '1', applied: '0', total: '0', hash: '' }];
  expect(await interpret(files, rows)).toEqual(['applied 1', 'applied 2', 'applied 2']);
});

test('Atlas: only the first file whose seal differs was surely edited', async () => {
  const files: Files = { '1_a.sql': 'SELECT 1;', '2_b.sql': 'SELECT 1;', 'atlas.sum': 'h1:x\n' };
  const row = { type: '2', applied: '1', total: '1', hash: 'other' };
  const rows = [
    { ...row, version: '1' },
    { ...row, version: '2' },
  ];
  expect(await interpret(files, rows)).toEqual(['applied 1!', 'applied 2']);
});

test('Liquibase: a logical path is the path', async () => {
  const files: Files = {
    'a.sql':
      '--liquibase formatted sql logicalFilePath:old/x.sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2 logicalFilePath:other.sql\nSELECT 2;\n',
  };
  const row = { author: 'ann', exectype: 'EXECUTED', md5sum: null };
  expect(
    await interpret(files, [
      { ...row, id: '1', filename: 'old/x.sql' },
      { ...row, id: '2', filename: 'other.sql' },
      { ...row, id: '2', filename: 'a.sql' },
    ]),
  ).toEqual(['applied ann:1', 'applied ann:2', 'applied ann:2 (a.sql)?']);
});

test('Prisma: other line ends and lost zeros are no edit', async () => {
  const files: Files = {
    'migration_lock.toml': 'provider = "postgresql"\n',
    '20240101000000_a/migration.sql': 'create table a();\n',
  };
  const row = { migration_name: '20240101000000_a', finished_at: 'x', rolled_back_at: null };
  const windows = '62eb4582a3f61be67bf44f2292dc6e76a5b252f26202e5d30abdfe3cf3c05220';
  const checksums = [
    windows,
    '62eb4582a3f61be67bf44f2292dc6e76a5b252f2622e5d3abdfe3cf3c05220',
    windows.replace('6', '7'),
  ];
  const read = await interpret(
    files,
    checksums.map((checksum) => ({ ...row, checksum })),
  );
  expect(read.map((entry) => entry.endsWith('!'))).toEqual([false, false, true]);
});
