import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseStatement } from '../../../src/foundation/sql/parse.js';
import { openParser, parseAhead } from '../../../src/foundation/sql/parser.js';
import { ParserThread } from '../../../src/foundation/sql/parser-thread.js';
import { referencedRelations } from '../../../src/foundation/sql/referenced-relations.js';

const rowsOf = (bytes: number) => "(1, 'some text', -3.5, DEFAULT, date '2020-01-01'),".repeat(bytes / 50);
const bigInsert = (bytes: number) =>
  `INSERT INTO app.orders VALUES ${rowsOf(bytes)} (2, (SELECT max(id) FROM app.old))`;
const deepInLong = `select '${'x'.repeat(70_000)}' ${'|| f(1) '.repeat(100_000)}`;

afterEach(() => {
  vi.restoreAllMocks();
});

test('starts no thread for short texts', async () => {
  const ask = vi.spyOn(ParserThread.prototype, 'ask');
  await using parser = await openParser();
  expect(await parser.parse('select 1')).toMatchObject({ ok: true });
  expect(await parser.parse('select frm x y')).toMatchObject({ ok: false, cursor: 13 });
  expect(ask).not.toHaveBeenCalled();
});

test('parses an INSERT of 5 MB and leaves out the rows that say nothing', async () => {
  await using parser = await openParser();
  const parsed = await parser.parse(bigInsert(5_000_000));
  if (!parsed.ok) throw new Error(parsed.message);
  expect(referencedRelations(parsed.tree).map(({ name }) => name)).toEqual(expect.arrayContaining(['orders', 'old']));
  expect(JSON.stringify(parsed.tree).length).toBeLessThan(5_000);
});

test('says where a long text cannot be parsed', async () => {
  await using parser = await openParser();
  expect(await parser.parse(`${bigInsert(100_000)} frm`)).toMatchObject({
    ok: false,
    message: expect.stringContaining('syntax error'),
    cursor: bigInsert(100_000).length + 1,
  });
});

describe('does not analyse', () => {
  test.each([
    ['100,000 brackets', `select ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, 'nested too deeply'],
    ['a chain of 100,000 operators', deepInLong, 'nested too deeply'],
    ['a chain of 40,000 operators', `select ${'1+'.repeat(40_000)}1`, 'nested too deeply'],
    ['more than 8 MB', `select '${'x'.repeat(9_000_000)}'`, 'longer than 8 MB'],
    ['a NUL in a long text', `select '${'x'.repeat(70_000)}';\0drop table a`, 'NUL'],
  ])('%s; the next text is parsed again', async (_, sql, reason) => {
    await using parser = await openParser();
    expect(await parser.parse(sql)).toEqual({
      ok: false,
      message: expect.stringMatching(`^not analysed: .*${reason}`),
      cursor: null,
    });
    expect(await parser.parse(bigInsert(70_000))).toMatchObject({ ok: true });
    expect(await parser.parse('select 1')).toMatchObject({ ok: true });
  });
});

test('outlives 60 overflows on the main thread', async () => {
  await using parser = await openParser();
  const deep = `select ${'1+'.repeat(15_000)}1`;
  for (let time = 0; time < 60; time += 1) expect(await parser.parse(deep)).toMatchObject({ ok: false, cursor: null });
  expect(await parser.parse(`select '${'x'.repeat(60_000)}'`)).toMatchObject({ ok: true });
});

test('gives up in time, and starts anew', async () => {
  await using parser = await openParser({ timeLimitMs: 1 });
  const [first, second] = await Promise.all([parser.parse(bigInsert(1_000_000)), parser.parse(bigInsert(70_000))]);
  for (const parsed of [first, second]) {
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining('no answer in time') });
  }
});

test('a thread that is ended while it works answers nothing', async () => {
  const thread = new ParserThread();
  const answer = thread.ask(bigInsert(5_000_000), 30_000);
  await thread[Symbol.asyncDispose]();
  expect(await answer).toBeNull();
  expect(await thread.ask('select 1', 50)).toBeNull();
});

test('closing the parser settles what is still asked', async () => {
  const parser = await openParser();
  const parsed = Promise.all([parser.parse(bigInsert(5_000_000)), parser.parse(bigInsert(70_000))]);
  await parser[Symbol.asyncDispose]();
  expect((await parsed).map(({ ok }) => ok)).toEqual([false, false]);
});

test('what was parsed ahead is known on the main thread', async () => {
  const long = bigInsert(80_000);
  const deep = `select ${'1+'.repeat(40_000)}1`;
  expect(parseStatement(long)).toMatchObject({ ok: false, message: 'not analysed: longer than 64 kB' });
  await parseAhead(['select 1', long, deep, long]);
  expect(parseStatement(long)).toMatchObject({ ok: true });
  expect(parseStatement(deep)).toMatchObject({ ok: false, message: 'not analysed: nested too deeply' });
});
