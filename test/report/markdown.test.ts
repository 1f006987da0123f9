import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.js';
import { codeBlock, codeCell, codeSpan, escapeMarkdown } from '../../src/report/markdown-text.js';
import { hostileRehearsal } from './hostile-rehearsal.js';
import { migrationOf, rehearsalOf, shopRehearsal, statementOf } from './sample-rehearsal.js';

function cellsOf(row: string): number {
  return row.replace(/\\\|/g, '').split('|').length - 2;
}

test.each([
  ['the shop', shopRehearsal],
  ['hostile text', hostileRehearsal],
])('every table row of %s has the cells of its head', (_, rehearsal) => {
  const tables = renderMarkdown(rehearsal)
    .split('\n\n')
    .filter((part) => part.startsWith('| '));
  expect(tables.length).toBeGreaterThan(1);
  for (const table of tables) {
    const [head = '', ...rows] = table.split('\n');
    for (const row of rows) expect(cellsOf(row), row).toBe(cellsOf(head));
  }
});

test('hostile text opens no tag, closes no fence and calls nobody', () => {
  const text = renderMarkdown(hostileRehearsal);
  const prose = text.replace(/^(`{3,})[^\n`]*\n[\s\S]*?\n\1$/gm, '').replace(/\\.|(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
  expect(prose).not.toContain('```');
  expect(prose).not.toMatch(/<\/?script/);
  expect(prose).not.toContain('@team');
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
});

test('the worst comes first, quiet migrations are folded', () => {
  const text = renderMarkdown(shopRehearsal);
  expect(text).toMatch(/^### ❌ Migration rehearsal failed\n\n\*\*4 migrations, 6 statements in 4\.21 s — 2 errors/);
  expect(text).toContain('<details><summary>0009');
  expect(text).toContain('<details open><summary>0011');
});

test('an empty and an inconclusive rehearsal', () => {
  expect(renderMarkdown(rehearsalOf({}))).toMatch(/^### ✅ Migration rehearsal passed\n\n\*\*0 migrations/);
  const text = renderMarkdown(rehearsalOf({ verdict: 'inconclusive', inconclusive: ['extension postgis is missing'] }));
  expect(text).toContain('> extension postgis is missing');
});

test('a comment never grows past its limit', () => {
  const migrations = Array.from({ length: 300 }, (_, index) =>
    migrationOf({ id: `m${index}`, statements: [statementOf({ sql: `SELECT\n${'x'.repeat(400)}` })] }),
  );
  const text = renderMarkdown(rehearsalOf({ migrations }));
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain('_300 migrations left out to keep this short._');
  const notes = Array.from({ length: 500 }, (_, index) => `note ${index}`);
  expect(renderMarkdown(rehearsalOf({ notes }), { maxLength: 1000 }).length).toBeLessThanOrEqual(1000);
});

test('escaping', () => {
  expect(codeSpan('a`b|c')).toBe('``a`b|c``');
  expect(codeCell('a`b|c')).toBe('``a`b\\|c``');
  expect(codeSpan('`a`')).toBe('`` `a` ``');
  expect(codeBlock('```', 'sql')).toBe('````sql\n```\n````');
  expect(escapeMarkdown('1. *x* <b> #12')).toBe('1\\. \\*x\\* \\<b\\> #\u200b12');
  expect(escapeMarkdown('0.1.0')).toBe('0.1.0');
});
