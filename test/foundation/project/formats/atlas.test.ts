import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { atlas } from '../../../../src/foundation/project/formats/atlas.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const read = (texts: Record<string, string>) => atlas.read(filesInMemory(texts), noPlaceholders);

/** An atlas.sum written a second way: each hash over everything before it. */
function seal(texts: Readonly<Record<string, string>>, unsealed: readonly string[] = []): string {
  let before = '';
  const lines = Object.keys(texts)
    .sort()
    .flatMap((name) => {
      before += name + (unsealed.includes(name) ? '' : texts[name]);
      return unsealed.includes(name) ? [] : [`${name} h1:${createHash('sha256').update(before).digest('base64')}`];
    });
  return `h1:unchecked\n${lines.join('\n')}\n`;
}

const two = { '1_a.sql': 'create table a ();\n', '2_b.sql': 'create table b ();\n' };

describe('atlas.sum', () => {
  it('that Atlas itself wrote fits', () => {
    const written = {
      '20240626085256_init.sql': 'create table t1 ( c int );\n',
      '20240626085324_drop_col.sql': 'ALTER TABLE `t1` DROP COLUMN `c`;',
      'atlas.sum':
        'h1:VotGwCjxSkPtf2VLWCPYieSMaP0AXQqwRbGQL4JhXbM=\n' +
        '20240626085256_init.sql h1:jpTUK5pEB9L9lvOcWFA35Wkr7zs2CgqOJIRhqX0JlTI=\n' +
        '20240626085324_drop_col.sql h1:EdvBzxO4kpWx0k8JVGz3/EPhpbLumnWW1pUqNDktPXM=\n',
    };
    expect(read(written).notes).toEqual([]);
  });
  it('that fits gives no note', () => {
    expect(read({ ...two, 'atlas.sum': seal(two) }).notes).toEqual([]);
    const marked = { ...two, '1_a.sql': '\uFEFFcreate table a ();\n' };
    expect(read({ ...marked, 'atlas.sum': seal(marked) }).notes).toEqual([]);
  });
  it('leaves out a file that says so', () => {
    const texts = { ...two, '1_a.sql': '-- atlas:sum ignore\n\nselect 1;' };
    expect(read({ ...texts, 'atlas.sum': seal(texts, ['1_a.sql']) }).notes).toEqual([]);
  });
  it.each([
    [{ ...two, '2_b.sql': 'create table c ();\n' }, '2_b.sql was changed'],
    [{ ...two, '1_a2.sql': 'select 1;' }, '1_a2.sql was added'],
    [{ '1_a.sql': two['1_a.sql'] }, '2_b.sql is sealed in atlas.sum, but the file is gone'],
  ])('that does not fit names the file: %#', (texts, expected) => {
    const { notes } = read({ ...texts, 'atlas.sum': seal(two) });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(expected);
  });
  it('that is missing is noted', () => {
    expect(read(two).notes[0]).toContain('atlas.sum is missing');
  });
});

describe('directives', () => {
  const up = (text: string) => read({ '1_a.sql': text }).migrations[0]?.up;
  it('choose the transaction', () => {
    expect(up('select 1;')?.transaction.mode).toBe('single');
    expect(up('-- atlas:txmode none\n\nvacuum;')?.transaction.mode).toBe('none');
    expect(up('-- atlas:txmode file\n\nvacuum;')?.transaction.mode).toBe('single');
    expect(() => up('-- atlas:txmode all\n\nvacuum;')).toThrow(/txmode all/);
  });
  it('count only before an empty line', () => {
    expect(up('-- atlas:txmode none\nvacuum;')?.transaction.mode).toBe('single');
  });
  it('choose the delimiter, whose own line it does not cut', () => {
    const script = up('-- atlas:delimiter \\n\\n\\n\nselect 1;\n\n\nselect 2;');
    expect([script?.delimiter, script?.firstLine, script?.text]).toEqual(['\n\n\n', 2, 'select 1;\n\n\nselect 2;']);
  });
  it('refuse an archive', () => {
    expect(() => up('-- atlas:txtar\n\n-- checks.sql --\nselect 1;')).toThrow(/archive/);
  });
});

it('starts from the newest checkpoint', () => {
  const texts = { ...two, '3_c.sql': '-- atlas:checkpoint v1\n\nselect 1;', '4_d.sql': 'select 2;' };
  const project = read({ ...texts, 'atlas.sum': seal(texts) });
  expect(project.migrations.map(({ id, name }) => [id, name])).toEqual([
    ['3', 'c'],
    ['4', 'd'],
  ]);
  expect(project.notes.join()).toContain('the 2 files before it are not run');
});

it('matches by atlas.sum or a directive, and reads one folder', () => {
  expect(atlas.matches(filesInMemory({ 'm/atlas.sum': '' }))).toContain('atlas.sum');
  expect(atlas.matches(filesInMemory({ 'a.sql': '-- atlas:nolint\nselect 1;' }))).toContain('a.sql');
  expect(atlas.matches(filesInMemory({ 'a.sql': 'select 1;' }))).toBeNull();
  const texts = { '1_a.sql': 'select 1;' };
  const project = read({ 'm/atlas.sum': seal(texts), 'm/1_a.sql': 'select 1;', 'seed.sql': '', 'm/x/2.sql': '' });
  expect(project.migrations.map(({ up }) => up.path)).toEqual(['m/1_a.sql']);
  expect(project.notes).toEqual([]);
});
