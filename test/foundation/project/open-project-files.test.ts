import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProjectFiles, projectFiles } from '../../../src/foundation/project/open-project-files.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'project-files-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test.each([0, 1, 65_535, 65_536, 65_537, 300_000])('a file of %i bytes is read whole', (length) => {
  const text = 'select 1;\n'.repeat(Math.ceil(length / 10)).slice(0, length);
  writeFileSync(join(dir, 'a.sql'), text);
  const files = projectFiles(dir, ['a.sql']);
  expect(files.text('a.sql')).toBe(text);
  expect(files.sha256('a.sql')).toBe(createHash('sha256').update(text).digest('hex'));
});

test('one file after the other keeps its own bytes', () => {
  writeFileSync(join(dir, 'a.sql'), 'a'.repeat(100));
  writeFileSync(join(dir, 'b.sql'), 'b');
  const files = projectFiles(dir, ['a.sql', 'b.sql']);
  const digest = files.sha256('a.sql');
  expect(files.text('b.sql')).toBe('b');
  expect(files.text('a.sql')).toBe('a'.repeat(100));
  expect(files.sha256('a.sql')).toBe(digest);
});

test('files of sub-folders and linked files are listed, linked folders and those of tools are not', async () => {
  mkdirSync(join(dir, 'sub/deep'), { recursive: true });
  mkdirSync(join(dir, 'node_modules'));
  for (const path of ['b.sql', 'sub/deep/c.sql', 'node_modules/d.sql']) writeFileSync(join(dir, path), '');
  symlinkSync(join(dir, 'b.sql'), join(dir, 'a.sql'));
  symlinkSync(join(dir, 'sub'), join(dir, 'link'));
  symlinkSync(join(dir, 'nowhere'), join(dir, 'lost.sql'));
  expect((await openProjectFiles(dir)).paths).toEqual(['a.sql', 'b.sql', 'sub/deep/c.sql']);
});

test('a path that is no file is refused in words', () => {
  mkdirSync(join(dir, 'a.sql'));
  expect(() => projectFiles(dir, ['a.sql']).text('a.sql')).toThrow(/a\.sql cannot be read/);
  expect(() => projectFiles(dir, ['b.sql']).text('b.sql')).toThrow(/b\.sql cannot be read/);
});
