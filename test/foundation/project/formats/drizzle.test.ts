import { expect, it } from 'vitest';
import { drizzle } from '../../../../src/foundation/project/formats/drizzle.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const journal = (...entries: readonly (readonly [string, number])[]) =>
  JSON.stringify({
    version: '7',
    dialect: 'postgresql',
    entries: entries.map(([tag, when], idx) => ({ idx, version: '7', when, tag, breakpoints: true })),
  });
const read = (texts: Record<string, string>) => drizzle.read(filesInMemory(texts), noPlaceholders);

it.each(['', 'drizzle/'])('follows the journal under "%s", not the names', (root) => {
  const project = read({
    [`${root}meta/_journal.json`]: journal(['0001_b', 1], ['0000_a', 2]),
    [`${root}0000_a.sql`]: 'select 1;',
    [`${root}0001_b.sql`]: 'select 2;',
    [`${root}0002_c.sql`]: 'select 3;',
  });
  expect(project.migrations.map(({ id }) => id)).toEqual(['0001_b', '0000_a']);
  expect(project.transactionScope).toBe('run');
  expect(project.notes).toHaveLength(1);
  expect(project.notes[0]).toContain('0002_c.sql is left out');
});

it('ends a statement at a breakpoint even without a semicolon', () => {
  const text = 'create table a ()\n--> statement-breakpoint\ncreate table b ();\n--> statement-breakpoint\nselect 1;';
  const up = read({ 'meta/_journal.json': journal(['0000_a', 1]), '0000_a.sql': text }).migrations[0]?.up;
  const statements = splitScript(up?.text ?? '', { path: 'x', firstLine: 1 });
  expect(statements.map(({ sql, span }) => [sql, span.line])).toEqual([
    ['create table a ()', 1],
    ['create table b ()', 3],
    ['select 1', 5],
  ]);
});

it('warns of an entry that a later database would never get', () => {
  const project = read({
    'meta/_journal.json': journal(['0000_a', 5], ['0001_b', 4]),
    '0000_a.sql': '',
    '0001_b.sql': '',
  });
  expect(project.notes).toHaveLength(1);
  expect(project.notes[0]).toContain('0001_b');
});

it('refuses a missing file, a broken journal and another dialect', () => {
  expect(() => read({ 'meta/_journal.json': journal(['0000_a', 1]) })).toThrow(/0000_a.sql, but there is no such file/);
  expect(() => read({ 'meta/_journal.json': '{ <<<<' })).toThrow(/not JSON/);
  expect(() => read({ 'meta/_journal.json': '{"dialect":"mysql","entries":[]}' })).toThrow(/"mysql"/);
});

it('reads the folders of 1.0 by name', () => {
  const files = filesInMemory({
    'drizzle/20250202000000_b/migration.sql': 'select 2;',
    'drizzle/20250202000000_b/snapshot.json': '{}',
    'drizzle/20250101000000_a/migration.sql': 'select 1;',
    'drizzle/20250101000000_a/snapshot.json': '{}',
    'drizzle/0000_old.sql': 'select 0;',
  });
  expect(drizzle.matches(files)).toContain('snapshot.json');
  const project = drizzle.read(files, noPlaceholders);
  expect(project.migrations.map(({ id, name }) => [id, name])).toEqual([
    ['20250101000000_a', 'a'],
    ['20250202000000_b', 'b'],
  ]);
  expect(project.transactionScope).toBe('run');
  expect(project.notes).toHaveLength(1);
});
