import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openParser, type Parser } from '../../../src/foundation/sql/parser.js';
import { FrameReader } from '../../../src/foundation/tap/frames.js';
import { queryMessage } from '../../../src/foundation/tap/messages.js';
import { queryPieces } from '../../../src/foundation/tap/query-pieces.js';
import { statementConduct } from '../../../src/foundation/tap/statement-conduct.js';

let parser: Parser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser[Symbol.asyncDispose]());

async function pieces(text: string | Buffer, isUtf8 = true) {
  const frame = new FrameReader().push(queryMessage(text))[0] ?? expect.unreachable();
  return await queryPieces(frame, isUtf8, parser);
}

describe('a query is taken apart', () => {
  test('so that each piece stands where its shift says, in characters', async () => {
    const text = "-- 𝛼\nSELECT '𝛼;ä';\r\n\t/* ; */ SELECT 2 ;SELECT 3";
    for (const { sql, shift } of await pieces(text)) {
      expect(Array.from(text).slice(shift).join('').startsWith(sql)).toBe(true);
    }
    expect((await pieces(text)).map((piece) => piece.sql)).toEqual(["SELECT '𝛼;ä'", 'SELECT 2', 'SELECT 3']);
  });

  test('a single statement keeps its message and knows where it begins in it', async () => {
    const [piece] = await pieces(' -- x\n SELECT 1;');
    expect(piece).toMatchObject({ sql: 'SELECT 1', shift: 0, sqlStart: 7 });
    expect(piece?.message).toEqual(queryMessage(' -- x\n SELECT 1;'));
  });

  test('bytes of other encodings survive', async () => {
    const bytes = Buffer.from([...Buffer.from("SELECT '"), 0xe4, ...Buffer.from("'; SELECT 2")]);
    for (const isUtf8 of [true, false]) {
      expect((await pieces(bytes, isUtf8))[0]?.message).toEqual(queryMessage(bytes.subarray(0, 10)));
    }
  });

  test.each([['SELECT 1; SELEC 2'], ["SELECT 'open"], ['COPY t FROM STDIN;\nSELECT 1']])(
    '%j goes as it came',
    async (text) => {
      expect(await pieces(text)).toMatchObject([{ sql: text, conduct: null, message: queryMessage(text) }]);
    },
  );

  test('what is too long for the main thread is known too, and forgotten again', async () => {
    const long = `VACUUM /* ${'x'.repeat(70_000)} */ t`;
    expect(await pieces(long)).toMatchObject([{ sql: long, conduct: { wrappable: false, commitsItself: true } }]);
    expect(statementConduct(long)).toMatchObject({ commitsItself: false });
  });

  test.each([[''], [' ; -- nothing']])('%j is nothing to run', async (text) => expect(await pieces(text)).toEqual([]));
});

test.each([
  ['CREATE TABLE t ()', { wrappable: true, commitsItself: false }],
  ['VACUUM', { wrappable: false, commitsItself: true }],
  ['CALL p()', { wrappable: false, commitsItself: true }],
  ["DO 'BEGIN COMMIT; END'", { wrappable: false, commitsItself: true }],
  ["DO 'BEGIN END'", { wrappable: true, commitsItself: false }],
  ['LOCK TABLE t', { wrappable: false, commitsItself: false }],
  ['SET x.y = 1', { wrappable: false, isSetting: true }],
  ['SHOW work_mem', { wrappable: false, isSetting: true }],
  ['COMMIT AND CHAIN', { control: 'commit', chains: true, wrappable: false }],
  ['ROLLBACK TO a', { control: 'savepoint', chains: false }],
])('%s: %o', (sql, conduct) => expect(statementConduct(sql)).toMatchObject(conduct));
