import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/before/classify/rules/index.js';
import { explain, ownRulePages } from '../../src/workflows/explain.js';
import { findRule, rulesOf } from '../../src/workflows/rule-catalog.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-rules-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const rule = (id: string, rest = "unobservable: 'a test',") => `{
  id: '${id}', title: 't', why: 'w', instead: 'i', sources: [], concern: 'data', severity: 'info',
  example: { setup: '', unsafe: '', safe: '' }, scope: 'file', predict: () => [], ${rest} }`;

/** The ids of the rules that a module adds. */
async function load(name: string, text: string | null): Promise<readonly string[]> {
  const configPath = join(folder, `${name}.yaml`);
  if (text !== null) await writeFile(join(folder, `${name}.mjs`), text);
  await writeFile(configPath, `policy:\n  rules:\n    load: ${name}.mjs\n`);
  const all = await rulesOf({ cwd: folder, env: {}, configPath });
  return all.slice(rules.length).map(({ id }) => id);
}

describe('rules of a project', () => {
  test('a module exports one, or a list', async () => {
    expect(await load('one', `export default ${rule('mine')};`)).toEqual(['mine']);
    expect(await load('two', `export default [${rule('a')}, ${rule('b')}];`)).toEqual(['a', 'b']);
  });

  test.each<[string, string | null, RegExp]>([
    ['missing', null, /missing\.mjs cannot be loaded/],
    ['broken', 'export default {', /broken\.mjs cannot be loaded/],
    ['empty', '', /empty\.mjs exports what is no rule: it is no object/],
    ['unproved', `export default ${rule('mine', '')};`, /neither observe nor unobservable/],
    ['misnamed', `export default ${rule('My Rule')};`, /kebab-case/],
    ['taken', `export default ${rule('drop-table')};`, /defines drop-table, which is taken/],
    ['double', `export default [${rule('a')}, ${rule('a')}];`, /defines a, which is taken/],
  ])('%s is refused', async (name, text, message) => {
    await expect(load(name, text)).rejects.toThrow(message);
  });
});

test('a rule is found by its id; what is none of them gets the nearest', () => {
  expect(findRule('drop-table', rules).id).toBe('drop-table');
  expect(() => findRule('drop-tabel', rules)).toThrow(
    expect.objectContaining({ code: 'usage', remedy: 'Did you mean drop-table?' }),
  );
});

test('every rule has a page, and no two share an id or a former one', async () => {
  const pages = ownRulePages();
  expect(pages.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  const names = pages.flatMap(({ id, aliases }) => [id, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  const { signal } = new AbortController();
  const request = { cwd: folder, env: {}, signal, onProgress: () => undefined, prove: false };
  expect(await explain({ ...request, rule: 'drop-table' })).toEqual({
    pages: pages.filter(({ id }) => id === 'drop-table'),
    gates: [],
    proofs: [],
  });
});
