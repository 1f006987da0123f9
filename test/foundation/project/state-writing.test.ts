import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openProjectState, type ProjectState } from '../../../src/foundation/project/project-state.js';
import { readProject } from '../../../src/foundation/project/read-project.js';
import type { StateRow } from '../../../src/foundation/project/state-table.js';
import type { LockContext, WritingContext } from '../../../src/foundation/project/state-writing.js';
import type { Migration } from '../../../src/model/migration.js';

const fixtures = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));

async function open(
  format: string,
  placeholders: Readonly<Record<string, string>> = {},
): Promise<{ readonly state: ProjectState; readonly migrations: readonly Migration[] }> {
  const project = await readProject(`${fixtures}/${format}/in`, { format: 'auto', placeholders });
  return { state: await openProjectState(project, { placeholders, variables: {} }), migrations: project.migrations };
}

const contextOf = (state: ProjectState, rows: readonly StateRow[] = []): WritingContext => ({
  table: { schema: 'public', name: state.table.name },
  columns: state.columns,
  rows,
  beganMs: 1_700_000_000_123,
  subject: state.subject,
});

describe("a tool's lock", () => {
  const lockContext = (state: ProjectState): LockContext => ({
    database: 'postgres',
    table: { schema: 'public', name: state.table.name },
    settings: { file: () => null, variables: {}, placeholders: {} },
    holder: 'us',
    lockTableExists: true,
  });

  // Computed from the names by other programs: Java's String.hashCode, zlib's CRC-32 and FNV-1 in Python.
  test.each([
    ['prisma', '72707369', true],
    ['graphile-migrate', '4727445306447283', false],
    ['node-pg-migrate', '7241865325823964', false],
    ['goose', '4097083626', false],
    ['flyway', '77433833903597', false],
    ['atlas', '2686470616', false],
    ['sqlx', '368907709894077238', true],
    ['golang-migrate', '3280485947 143310882', true],
  ])('%s', async (format, keys, waitersBlock) => {
    const { state } = await open(format);
    const lock = state.writing.lock(lockContext(state));
    expect(lock).toMatchObject({ kind: 'session', waitersBlock });
    expect(lock?.parts.map(({ take }) => take.text)).toEqual(
      keys.split(' ').map((key) => `SELECT pg_catalog.pg_try_advisory_lock(${key}) AS taken`),
    );
  });

  test('Atlas may be told another name', async () => {
    const { state } = await open('atlas');
    const settings = { file: () => 'lock_name = "other"', variables: {}, placeholders: {} };
    const lock = state.writing.lock({ ...lockContext(state), settings });
    expect(lock?.title).not.toContain('2686470616');
  });

  test('Liquibase has a row, which nobody waits for and only its holder frees', async () => {
    const { state } = await open('liquibase');
    const lock = state.writing.lock(lockContext(state));
    expect(lock).toMatchObject({ kind: 'row', prepare: [], title: 'the row in public.databasechangeloglock' });
    expect(lock?.parts[0]?.take).toMatchObject({
      text: expect.stringContaining('SKIP LOCKED') as string,
      values: ['us'],
    });
    expect(lock?.parts[0]?.release.text).toContain('lockedby = $1');
  });

  test.each(['dbmate', 'diesel', 'drizzle'])('%s has none', async (format) => {
    const { state } = await open(format);
    expect(state.writing.lock(lockContext(state))).toBeNull();
  });
});

describe('what is written', () => {
  test('golang-migrate goes back to the version before, and before the first to none', async () => {
    const { state, migrations } = await open('golang-migrate');
    const [first, second] = migrations as readonly [Migration, Migration];
    const inserted = (migration: Migration) =>
      state.writing.recordReverted(migration, contextOf(state)).map(({ values }) => values);
    expect(inserted(second)).toEqual([[], [first.id, false]]);
    expect(inserted(first)).toEqual([[]]);
  });

  test('Flyway: a version that is taken back is marked as deleted, a repeatable one has no version', async () => {
    const { state, migrations } = await open('flyway');
    const of = (id: string) => migrations.find((migration) => migration.id === id) as Migration;
    const [applied] = state.writing.recordApplied(
      { migration: of('R__active_users'), durationMs: 6.6 },
      contextOf(state),
    );
    expect(applied?.values).toEqual([null, 'active users', 'R__active_users.sql', -38756341, 'SQL', 7, true]);
    const [reverted] = state.writing.recordReverted(of('1'), contextOf(state));
    expect(reverted?.values).toEqual(['1', 'create users', expect.any(String), -523660412, 'DELETE', 0, true]);
  });

  test('Liquibase: the path is that of the rows, or what the placeholder says; else it is refused', async () => {
    const { state, migrations } = await open('liquibase');
    const [migration] = migrations as readonly [Migration];
    expect(state.writing.refuse?.(migration, contextOf(state))).toContain('changelogPath');
    const filename = (found: ProjectState, rows: readonly StateRow[]) =>
      found.writing.recordReverted(migration, contextOf(found, rows))[0]?.values[2];
    const elsewhere = { id: '9', author: 'x', filename: `db/all/${migrations.at(-1)?.path}` };
    expect(filename(state, [elsewhere])).toBe(`db/all/${migration.path}`);
    const told = (await open('liquibase', { changelogPath: 'db/' })).state;
    expect(filename(told, [])).toBe(`db/${migration.path}`);
    expect(filename((await open('liquibase', { changelogPath: '' })).state, [])).toBe(migration.path);
  });

  test('Liquibase: what runs again keeps one row', async () => {
    const { state, migrations } = await open('liquibase', { changelogPath: '' });
    const migration = migrations.find(({ repeatable }) => repeatable) as Migration;
    const [author = '', id = ''] = migration.id.split(':');
    const context = contextOf(state, [{ id, author, filename: migration.path }]);
    const written = state.writing.recordApplied({ migration, durationMs: 1 }, context);
    expect(written.map(({ text }) => text.split(' ')[0])).toEqual(['DELETE', 'INSERT']);
    expect(written[1]?.values).toContain('RERAN');
  });

  test('graphile-migrate and Atlas want their seals', async () => {
    const graphile = await open('graphile-migrate');
    const current = graphile.migrations.find(({ id }) => id === 'current');
    expect(current).toBeDefined();
    const context = contextOf(graphile.state);
    expect(graphile.state.writing.refuse?.(current as Migration, context)).toContain('graphile-migrate commit');
    const atlas = await open('atlas');
    const [first] = atlas.migrations as readonly [Migration];
    const unsealed = { ...atlas.state.subject, files: { ...atlas.state.subject.files, paths: [first.path] } };
    const bare = { ...contextOf(atlas.state), subject: unsealed };
    expect(atlas.state.writing.refuse?.(first, bare)).toContain('atlas.sum');
    expect(atlas.state.writing.refuse?.(first, contextOf(atlas.state))).toBeNull();
  });
});
