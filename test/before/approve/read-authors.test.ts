import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isCommitted, readAuthors } from '../../../src/before/approve/read-authors.js';
import type { People } from '../../../src/foundation/signatures/people.js';

const known: People = {
  ofKey: () => null,
  ofName: (name) => (['alice@x.org', 'bob@x.org'].includes(name) ? (name.split('@')[0] ?? null) : null),
};

describe('who wrote a file', () => {
  let dir: string;
  const signal = new AbortController().signal;
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: dir, stdio: 'pipe' });
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const read = (...files: readonly string[]) => readAuthors({ dir, files, people: known, env: process.env, signal });

  function commit(mail: string, message = 'change'): void {
    git('add', '-A');
    git('-c', `user.name=${mail}`, '-c', `user.email=${mail}`, 'commit', '-qm', message);
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lockkeeper-authors-'));
    git('init', '-q');
    write('a.sql', 'SELECT 1;\nSELECT 2;\nSELECT 3;\n');
    commit('alice@x.org');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is everybody with a commit of it, through renames too, and whom the commits name', async () => {
    renameSync(join(dir, 'a.sql'), join(dir, 'b.sql'));
    commit('bob@x.org', 'rename\n\nCo-authored-by: Eve <eve@x.org>');
    expect(await read('b.sql')).toEqual({
      problem: null,
      emails: ['alice@x.org', 'bob@x.org', 'eve@x.org'],
      people: ['alice', 'bob'],
      unknown: ['eve@x.org'],
    });
  });

  test('is who .mailmap says, for co-authors too', async () => {
    write('.mailmap', 'Alice <alice@x.org> <alice@laptop>\nBob <bob@x.org> <bob@laptop>\n');
    write('a.sql', 'SELECT 4;\n');
    commit('alice@laptop', 'more\n\nCo-authored-by: B <bob@laptop>');
    expect(await read('a.sql')).toMatchObject({ people: ['alice', 'bob'], unknown: [] });
  });

  test.each([
    ['changed and not committed', () => write('a.sql', 'x'), 'a.sql has changes that nobody committed'],
    ['not in git', () => git('rm', '-q', '--cached', 'a.sql'), 'a.sql'],
    ['of no repository', () => rmSync(join(dir, '.git'), { recursive: true }), 'the files are in no git repository'],
  ])('is not known when it is %s', async (_, change, problem) => {
    change();
    const { problem: found, people } = await read('a.sql');
    expect(found).toContain(problem);
    expect(people).toEqual([]);
  });

  test('is not known of a file that git is told to ignore', async () => {
    write('.gitignore', 'c.sql\n');
    write('c.sql', 'x');
    expect((await read('c.sql')).problem).toBe('c.sql is not in git');
  });

  test('is not known in a clone that was cut off', async () => {
    write('a.sql', 'SELECT 4;\n');
    commit('bob@x.org');
    const clone = `${dir}-clone`;
    git('clone', '-q', '--depth', '1', `file://${dir}`, clone);
    try {
      const found = await readAuthors({ dir: clone, files: ['a.sql'], people: known, env: process.env, signal });
      expect(found.problem).toMatch(/cut off/);
    } finally {
      rmSync(clone, { recursive: true });
    }
  });

  test('a name with signs of a pattern is that file', async () => {
    write('x[1].sql', 'x');
    commit('bob@x.org');
    expect(await read('x[1].sql')).toMatchObject({ people: ['bob'] });
  });

  test('a variable does not lead to another repository', async () => {
    const env = { ...process.env, GIT_DIR: '/nowhere' };
    expect(await readAuthors({ dir, files: ['a.sql'], people: known, env, signal })).toMatchObject({
      people: ['alice'],
    });
  });

  test('a file is as it was committed, is not, or is nobody’s', async () => {
    const at = { dir, env: process.env, signal };
    expect(await isCommitted(join(dir, 'a.sql'), at)).toBe(true);
    write('a.sql', 'x');
    expect(await isCommitted(join(dir, 'a.sql'), at)).toBe(false);
    expect(await isCommitted(join(tmpdir(), 'elsewhere'), at)).toBeNull();
  });
});
