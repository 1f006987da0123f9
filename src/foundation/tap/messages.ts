import { encodeFrame, type Frame } from './frames.js';

/** The fields of an ErrorResponse or NoticeResponse by their letter: S severity, C SQLSTATE, M message, P position… */
export type ReportFields = ReadonlyMap<string, string>;

export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf8');
}

/** The text that begins at `from` and ends before the next NUL. */
export function readCString(body: Buffer, from: number): string {
  return body.toString('utf8', from, endOfCString(body, from));
}

export function endOfCString(body: Buffer, from: number): number {
  const end = body.indexOf(0, from);
  return end < 0 ? body.length : end;
}

export function queryMessage(sql: string | Buffer): Buffer {
  const text = typeof sql === 'string' ? Buffer.from(sql, 'utf8') : sql;
  return encodeFrame('Q', Buffer.concat([text, Buffer.of(0)]));
}

export const flushMessage = encodeFrame('H', Buffer.alloc(0));

/** `status`: I idle, T in a transaction, E in a failed one. */
export function readyMessage(status: string): Buffer {
  return encodeFrame('Z', Buffer.from(status, 'latin1'));
}

export function readReport(body: Buffer): ReportFields {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const end = endOfCString(body, at + 1);
    fields.set(String.fromCharCode(body[at] as number), body.toString('utf8', at + 1, end));
    at = end + 1;
  }
  return fields;
}

/** An error in the server's own form, from the tap itself. */
export function errorMessage(severity: 'ERROR' | 'FATAL', code: string, message: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${message}`].map(cString);
  return encodeFrame('E', Buffer.concat([...fields, Buffer.of(0)]));
}

/** Moves the position that an error or notice names by so many characters; all its other bytes stay. */
export function shiftPosition(frame: Frame, characters: number): Buffer {
  if (characters === 0) return frame.bytes;
  let at = 0;
  while (at < frame.body.length && frame.body[at] !== 0) {
    const end = endOfCString(frame.body, at + 1);
    if (frame.body[at] === 'P'.charCodeAt(0)) {
      const position = Number(frame.body.toString('latin1', at + 1, end)) + characters;
      const parts = [frame.body.subarray(0, at + 1), Buffer.from(String(position)), frame.body.subarray(end)];
      return encodeFrame(frame.type, Buffer.concat(parts));
    }
    at = end + 1;
  }
  return frame.bytes;
}

export function readColumnNames(rowDescription: Buffer): readonly string[] {
  const names: string[] = [];
  let at = 2;
  for (let left = rowDescription.readUInt16BE(0); left > 0; left -= 1) {
    const end = endOfCString(rowDescription, at);
    names.push(rowDescription.toString('utf8', at, end));
    at = end + 1 + 18;
  }
  return names;
}

/** A row whose values came in text format. */
export function readTextRow(names: readonly string[], dataRow: Buffer): Readonly<Record<string, string | null>> {
  const row: Record<string, string | null> = {};
  let at = 2;
  for (const name of names) {
    const length = dataRow.readInt32BE(at);
    at += 4;
    row[name] = length < 0 ? null : dataRow.toString('utf8', at, at + length);
    at += Math.max(length, 0);
  }
  return row;
}

/** The number at the end of a command tag such as `INSERT 0 5`; null for tags without one. */
export function rowsOfTag(tag: string): number | null {
  const digits = / (\d+)$/.exec(tag)?.[1];
  return digits === undefined ? null : Number(digits);
}
