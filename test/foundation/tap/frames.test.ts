import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../src/foundation/tap/frames.js';
import {
  cString,
  errorMessage,
  readColumnNames,
  readReport,
  readTextRow,
  rowsOfTag,
  shiftPosition,
} from '../../../src/foundation/tap/messages.js';

const frameOf = (bytes: Buffer) => new FrameReader().push(bytes)[0] ?? expect.unreachable();

describe('frames', () => {
  test('come out as they went in, however the bytes are cut', () => {
    const message = fc.record({ type: fc.constantFrom('Q', 'd', 'Z'), body: fc.uint8Array({ maxLength: 40 }) });
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(message), cuts, (messages, sizes) => {
        const bytes = Buffer.concat(messages.map(({ type, body }) => encodeFrame(type, Buffer.from(body))));
        const reader = new FrameReader();
        const read: { type: string; body: number[] }[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const end = at + (sizes[turn % sizes.length] as number);
          for (const { type, body } of reader.push(bytes.subarray(at, end))) read.push({ type, body: [...body] });
          at = end;
        }
        expect(read).toEqual(messages.map(({ type, body }) => ({ type, body: [...body] })));
      }),
    );
  });

  test.each([3, 0x40000000])('a length of %d is refused', (length) => {
    const bytes = Buffer.from('Q\0\0\0\0');
    bytes.writeUInt32BE(length, 1);
    expect(() => new FrameReader().push(bytes)).toThrow(RangeError);
  });
});

describe('messages', () => {
  test('an error’s position moves, and nothing else', () => {
    const fields = ['SERROR', 'C42703', 'Mnö', 'P7', 'Fparse.c'].map(cString);
    const frame = frameOf(encodeFrame('E', Buffer.concat([...fields, Buffer.of(0)])));
    const shifted = frameOf(shiftPosition(frame, 100));
    expect([...readReport(shifted.body)]).toEqual(
      [...readReport(frame.body)].map(([k, v]) => [k, k === 'P' ? '107' : v]),
    );
    expect(shiftPosition(frame, 0)).toBe(frame.bytes);
  });

  test('an error without a position stays as it is', () => {
    const frame = frameOf(errorMessage('FATAL', 'XX000', 'what'));
    expect(shiftPosition(frame, 5)).toBe(frame.bytes);
    expect(readReport(frame.body).get('M')).toBe('what');
  });

  test('rows are read as text', () => {
    const column = (name: string) => Buffer.concat([cString(name), Buffer.alloc(18)]);
    const names = readColumnNames(Buffer.concat([Buffer.from([0, 2]), column('a'), column('ö')]));
    const row = Buffer.from([0, 2, 0, 0, 0, 1, 0x78, 0xff, 0xff, 0xff, 0xff]);
    expect(readTextRow(names, row)).toEqual({ a: 'x', ö: null });
  });

  test.each([
    ['INSERT 0 5', 5],
    ['COPY 0', 0],
    ['CREATE TABLE', null],
    ['BEGIN', null],
  ])('%s: %s rows', (tag, rows) => expect(rowsOfTag(tag)).toBe(rows));
});
