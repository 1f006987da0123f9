import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AppliedHistory } from '../../src/foundation/history/applied-history.js';
import { readProject } from '../../src/foundation/project/read-project.js';
import type { Project } from '../../src/model/migration.js';
import { selectMigrations } from '../../src/workflows/select-migrations.js';
import { isWhole, noteHistory, splitByHistory } from '../../src/workflows/unapplied.js';

const dir = fileURLToPath(new URL('../fixtures/formats/dbmate/in', import.meta.url));
const place = { cwd: dir, dir, format: 'auto', placeholders: {} };

const history: AppliedHistory = {
  tool: 'dbmate',
  table: 'public.schema_migrations',
  wantedTable: 'schema_migrations',
  applied: ['20240101000000'],
  unknown: [],
  edited: [],
  failed: [],
  gaps: [],
  gapConduct: 'applies',
  again: [],
};

const ids = (migrations: readonly { readonly id: string }[]): readonly string[] => migrations.map(({ id }) => id);

describe('what a database has not applied', () => {
  let project: Project;
  beforeAll(async () => {
    project = await readProject(dir, { format: 'auto', placeholders: {} });
  });

  test('what is applied is history, all else is the change, in the order of the files', () => {
    const split = splitByHistory(project, { ...history, applied: ['3', '20240101000000'], gaps: ['20240102000000'] });
    expect([ids(split.history), ids(split.change)]).toEqual([['20240101000000', '3'], ['20240102000000']]);
  });

  test('a gap that the tool passes over is neither', () => {
    const split = splitByHistory(project, { ...history, gaps: ['20240102000000'], gapConduct: 'skips' });
    expect([ids(split.history), ids(split.change)]).toEqual([['20240101000000'], ['3']]);
  });

  test('only what the files alone explain is whole', () => {
    expect(isWhole(history)).toBe(true);
    for (const trace of ['unknown', 'edited', 'failed', 'again'] as const) {
      expect(isWhole({ ...history, [trace]: ['1'] })).toBe(false);
    }
    expect(isWhole({ ...history, table: null })).toBe(false);
  });

  test('the notes name all that is odd, and count what is too much to name', () => {
    const odd = {
      unknown: ['1', '2', '4', '5', '6', '7', '8'],
      edited: ['e'],
      failed: ['f'],
      gaps: ['g'],
      again: ['r'],
    };
    expect(noteHistory(project, { ...history, ...odd }, 'the target production')).toEqual([
      'The target production has 1 of 3 migrations applied, says public.schema_migrations.',
      expect.stringContaining('production and not finished: f.') as string,
      expect.stringContaining('no file here has them: 1, 2, 4, 5, 6 and 2 more.') as string,
      expect.stringContaining('Edited since the target production got them: e.') as string,
      expect.stringContaining('due again, for their text changed or may have: r.') as string,
      expect.stringMatching(/later ones are: g\. dbmate applies them next/) as string,
    ]);
    expect(noteHistory(project, { ...history, gaps: ['g'], gapConduct: 'refuses' }, 'x').at(-1)).toContain(
      'refuses to go on',
    );
    expect(noteHistory(project, { ...history, gaps: ['g'], gapConduct: 'skips' }, 'x').at(-1)).toContain(
      'passes them over',
    );
    expect(noteHistory(project, history, 'the database')).toHaveLength(1);
  });

  test('no table is one note that says how to name it', () => {
    const notes = noteHistory(project, { ...history, table: null, applied: [] }, 'the database');
    expect(notes).toEqual([expect.stringMatching(/^The database has no table schema_migrations.*stateTable/)]);
  });

  test('a range that is said wins over the database, which is then not asked', async () => {
    const source = { name: 'the database', read: () => Promise.reject(new Error('asked')) };
    const said = [{ pending: 1 }, { from: '3' }, { all: true }, { since: 'HEAD' }];
    const changes = await Promise.all(
      said.map(async (selection) => (await selectMigrations(place, { paths: [], ...selection }, source)).change.length),
    );
    expect(changes).toEqual([1, 1, 3, 0]);
    await expect(selectMigrations(place, { paths: [] }, source)).rejects.toThrow('asked');
    // Files are a change by themselves.
    const [file] = project.migrations;
    expect((await selectMigrations(place, { paths: [file?.path ?? ''] }, source)).change).toHaveLength(1);
  });

  test('without a word the database decides', async () => {
    const source = { name: 'the database', read: async () => history };
    const selected = await selectMigrations(place, { paths: [] }, source);
    expect([ids(selected.history), ids(selected.change)]).toEqual([['20240101000000'], ['20240102000000', '3']]);
    expect(selected.notes).toHaveLength(1);
    expect(selected.historyIsWhole).toBe(true);
  });
});
