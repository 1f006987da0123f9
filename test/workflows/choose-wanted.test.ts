import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type MigrationSelection, selectMigrations } from '../../src/workflows/select-migrations.js';

const dir = fileURLToPath(new URL('../../examples/shop/migrations', import.meta.url));
const place = { cwd: dir, dir, format: 'auto', placeholders: {} };

async function selected(selection: Omit<MigrationSelection, 'paths'>) {
  const { history, change } = await selectMigrations(place, { paths: [], ...selection }, null);
  return { history: history.length, change: change.map(({ id }) => id) };
}

test.each<[Omit<MigrationSelection, 'paths'>, { history: number; change: string[] }]>([
  [
    { from: '0006', until: '0008' },
    { history: 5, change: ['0006', '0007', '0008'] },
  ],
  [
    { from: '0006', only: ['0009', '0007'] },
    { history: 5, change: ['0007', '0009'] },
  ],
  [
    { pending: 2, until: '0003' },
    { history: 12, change: [] },
  ],
])('%j', async (selection, expected) => {
  expect(await selected(selection)).toEqual(expected);
});

test('an id that no migration has is refused', async () => {
  await expect(selected({ until: '0099' })).rejects.toMatchObject({ code: 'usage' });
});
