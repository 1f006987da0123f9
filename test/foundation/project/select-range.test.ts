import { expect, test } from 'vitest';
import { type RangeSelection, selectRange } from '../../../src/foundation/project/select-range.js';
import type { Migration, Project } from '../../../src/model/migration.js';

function migration(id: string, name: string): Migration {
  const path = `${id}_${name}.sql`;
  return {
    id,
    name,
    path,
    statements: [],
    down: null,
    repeatable: false,
    claims: [],
    transaction: { mode: 'single', reason: '' },
    sources: [
      { path, sha256: '' },
      { path: `${id}_${name}.rollback.sql`, sha256: '' },
    ],
  };
}

const project: Project = {
  format: 'plain',
  dir: '/x',
  transactionScope: 'migration',
  notes: [],
  migrations: [
    migration('0001', 'users'),
    migration('0002', 'orders'),
    migration('0003', 'index'),
    migration('0004', 'drop'),
  ],
};

function select(selection: RangeSelection): readonly string[] {
  const { history, change } = selectRange(project, selection);
  return [history, change].map((part) => part.map(({ id }) => id.slice(-1)).join(''));
}

test.each<[RangeSelection, string, string]>([
  [{}, '', '1234'],
  [{ all: true }, '', '1234'],
  [{ pending: 1 }, '123', '4'],
  [{ pending: 9 }, '', '1234'],
  [{ from: '0003' }, '12', '34'],
  [{ from: '3' }, '12', '34'],
  [{ from: 'index' }, '12', '34'],
  [{ from: '0002_orders.sql' }, '1', '234'],
  [{ from: '0002_orders' }, '1', '234'],
  [{ paths: ['0003_index.sql'] }, '12', '3'],
  [{ paths: ['0003_index.rollback.sql', '0001_users.sql'] }, '2', '13'],
  [{ sinceNewFiles: ['0002_orders.sql', 'README.md'] }, '134', '2'],
  [{ sinceNewFiles: [] }, '1234', ''],
])('%j', (selection, history, change) => {
  expect(select(selection)).toEqual([history, change]);
});

test.each<[RangeSelection, string, string]>([
  [{ from: '0033' }, 'No migration has the id "0033"', '0003'],
  [{ paths: ['0003_inde.sql'] }, '0003_inde.sql belongs to no migration', '0003_index.sql'],
  [{ pending: 0 }, '--pending 0', 'from 1'],
  [{ pending: 1.5 }, '--pending 1.5', 'from 1'],
])('%j is a mistake', (selection, message, remedy) => {
  expect(() => select(selection)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    }),
  );
});
