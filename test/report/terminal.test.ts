import { describe, expect, test } from 'vitest';
import { renderTerminal } from '../../src/report/terminal.js';
import { fitExcerpt } from '../../src/report/terminal/excerpt.js';
import { textWidth, truncateText, wrapItems } from '../../src/report/terminal/text-width.js';
import { hostileRehearsal } from './hostile-rehearsal.js';
import { lockOn, migrationOf, rehearsalOf, shopRehearsal, statementOf } from './sample-rehearsal.js';

const escape = '\u001b';

function linesOf(rehearsal: typeof shopRehearsal, width: number, verbose = false): readonly string[] {
  return renderTerminal(rehearsal, { width, color: false, verbose }).split('\n');
}

describe.each([40, 60, 80, 120])('at %d columns', (width) => {
  test.each([
    ['the shop', shopRehearsal],
    ['hostile text', hostileRehearsal],
  ])('%s fits and has no escapes', (_, rehearsal) => {
    for (const line of [...linesOf(rehearsal, width), ...linesOf(rehearsal, width, true)]) {
      expect(textWidth(line), line).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });
});

test('colour changes nothing but the colour', () => {
  const colored = renderTerminal(shopRehearsal, { width: 80, color: true });
  expect(colored).toContain(`${escape}[31m`);
  const stripped = colored.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '');
  expect(stripped).toBe(renderTerminal(shopRehearsal, { width: 80, color: false }));
});

test('names the strongest lock on what existed before, in words', () => {
  const text = renderTerminal(shopRehearsal, { width: 100, color: false });
  expect(text).toContain('users: AccessExclusive — stops reads and writes, held ≤ 2.9 ms');
  expect(text).toContain('payments: AccessExclusive — stops reads and writes, held ≤ 1.36 s, waited ~96 ms');
  expect(text).toMatch(/locks +orders: ShareUpdateExclusive\n/);
});

test('does not report locks on what the statement made itself', () => {
  const [block] = renderTerminal(shopRehearsal, { width: 100, color: false }).split('── 0010');
  expect(block).toContain('CREATE TABLE coupons');
  expect(block).not.toContain('AccessExclusive');
});

test('shows the error where it stands, and what remains', () => {
  const lines = linesOf(shopRehearsal, 80);
  const source = lines.findIndex((line) => line.includes('│ CREATE UNIQUE'));
  const caret = lines[source + 1] ?? '';
  expect((lines[source] ?? '').slice(caret.indexOf('^'))).toMatch(/^orders_reference_key/);
  expect(lines.join('\n')).toContain('migrations/0012_index_orders.sql:3:34');
  expect(lines.join(' ')).toMatch(/1 statement committed, an INVALID index remains:\s+public\.orders_reference_key/);
});

test('ends with the verdict and its counts', () => {
  const text = renderTerminal(shopRehearsal, { width: 120, color: false });
  expect(text).toContain('FAILED  4 migrations, 6 statements in 4.21 s — 2 errors, 1 warning, 1 broken claim');
  expect(text.trimEnd().split('\n').at(-1)).toContain('0012_index_orders fails at');
});

test('an empty rehearsal is a head and a verdict', () => {
  expect(linesOf(rehearsalOf({}), 80)).toEqual([
    'lockkeeper 0.1.0 · rehearsal of examples/shop/migrations',
    'PostgreSQL 17.10 (embedded) · empty tables',
    '',
    'PASSED  0 migrations, 0 statements in 84 ms — no findings',
    '',
  ]);
});

test('an inconclusive rehearsal says why', () => {
  const reason = 'extension postgis is not on the stage';
  const text = renderTerminal(rehearsalOf({ verdict: 'inconclusive', inconclusive: [reason] }), {
    width: 80,
    color: false,
  });
  expect(text).toMatch(/INCONCLUSIVE .*\n {2}extension postgis is not on the stage\n$/);
});

test('verbose adds harmless locks in words, new files and WAL records', () => {
  const text = linesOf(shopRehearsal, 120, true).join('\n');
  expect(text).toContain('orders: AccessShare — lets traffic pass');
  expect(text).toContain('new files payments_pkey, payments_order_id_idx');
  expect(text).toContain('WAL records: Heap');
});

test('many harmless locks take one line', () => {
  const locks = Array.from({ length: 9 }, (_, index) => lockOn(`public.t${index}`, 'AccessShareLock', { heldMs: 1 }));
  const text = linesOf(
    rehearsalOf({ migrations: [migrationOf({ statements: [statementOf({ sql: 'SELECT 1', locks })] })] }),
    80,
  );
  expect(text.filter((line) => line.includes('AccessShare'))).toHaveLength(1);
  expect(text.join('\n')).toContain('6 more');
});

describe('text on a terminal', () => {
  test('wide characters count two, combining ones none', () => {
    expect(textWidth('表名')).toBe(4);
    expect(textWidth('e\u0301')).toBe(1);
    expect(truncateText('表名表名', 5)).toBe('表名…');
  });

  test('a number keeps its unit when a line breaks', () => {
    expect(wrapItems(['held ≤ 12 ms'], ' ', 10)).toEqual(['held', '≤ 12 ms']);
  });

  test('a long source line is cut around the caret', () => {
    const source = `${'a'.repeat(100)}HERE${'b'.repeat(100)}`;
    const [line = '', caret = ''] = fitExcerpt(`${source}\n${' '.repeat(100)}^`, 30);
    expect(line.slice(caret.indexOf('^')).startsWith('HERE')).toBe(true);
    expect(line).toMatch(/^….*…$/);
    expect(textWidth(line)).toBeLessThanOrEqual(30);
  });
});
