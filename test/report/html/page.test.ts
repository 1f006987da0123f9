import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/report/html/page.js';
import { hostileRehearsal } from '../hostile-rehearsal.js';
import { migrationOf, rehearsalOf, shopRehearsal, statementOf } from '../sample-rehearsal.js';

const voidElements = new Set(['meta', 'br', 'hr']);

/** Tags in document order must close in the order they were opened; returns how many there were. */
function countBalancedTags(page: string): number {
  const open: string[] = [];
  let count = 0;
  for (const [, slash, name = '', selfClosing] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:"[^"]*"|[^"<>])*?(\/?)>/gi)) {
    if (selfClosing || voidElements.has(name)) continue;
    count += 1;
    if (slash) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
  return count;
}

describe.each([
  ['the shop', shopRehearsal],
  ['hostile text', hostileRehearsal],
  ['nothing', rehearsalOf({})],
])('the page of %s', (_, rehearsal) => {
  const page = renderHtml(rehearsal);

  test('is well formed', () => expect(countBalancedTags(page)).toBeGreaterThan(10));

  test('has no script and asks for nothing', () => {
    expect(page).not.toMatch(/<script/i);
    expect(page).not.toMatch(/https?:|\bsrc=|@import|url\((?!#)/);
    expect(page).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('has no value that was lost', () => expect(page).not.toMatch(/NaN|undefined|\[object|Infinity/));

  test('uses every id once', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('shows what a reader looks for', () => {
  const page = renderHtml(shopRehearsal);
  expect(page).toContain('<title id="m3-t">Timeline of 0011_widen_payment_amount</title>');
  expect(page).toContain('an INVALID index remains: public.orders_reference_key');
  expect(page).toContain('3 queries cancelled');
  expect(page).toContain('url(#hatch)');
  expect(page).toContain('prefers-color-scheme:dark');
});

test('values say what they are where a phone shows no heads of columns', () => {
  const page = renderHtml(shopRehearsal);
  for (const label of ['held', 'longest stall', 'took', 'findings']) {
    expect(page).toContain(`<span class="label">${label} </span>`);
  }
});

test('an inconclusive rehearsal says why', () => {
  const page = renderHtml(rehearsalOf({ verdict: 'inconclusive', inconclusive: ['extension <postgis> is missing'] }));
  expect(page).toContain('extension &lt;postgis&gt; is missing');
});

test('three hundred quiet migrations stay small and folded', () => {
  const migrations = Array.from({ length: 300 }, (_, index) =>
    migrationOf({ id: `m${index}`, statements: [statementOf({ sql: 'CREATE TABLE t (id int)' })] }),
  );
  const page = renderHtml(rehearsalOf({ migrations }));
  expect(page.length).toBeLessThan(1_500_000);
  expect(page.match(/<details class="quiet"/g)).toHaveLength(300);
});

test('a statement of megabytes is cut', () => {
  const statements = [statementOf({ sql: `SELECT '${'x'.repeat(3_000_000)}'` })];
  const page = renderHtml(rehearsalOf({ migrations: [migrationOf({ statements })] }));
  expect(page.length).toBeLessThan(100_000);
  expect(page).toContain('more characters');
});
