import { isUtf8 } from 'node:buffer';
import type { Parser } from '../sql/parser.js';
import { splitScript } from '../sql/split-script.js';
import type { Frame } from './frames.js';
import { queryMessage } from './messages.js';
import { longStatementConduct, type StatementConduct } from './statement-conduct.js';

/** One statement of a simple query, ready to be sent alone. */
export interface QueryPiece {
  readonly sql: string;
  readonly message: Buffer;
  /** Characters of the client's text before the message's own: what an error's position lacks. */
  readonly shift: number;
  /** Characters of the message before `sql`. */
  readonly sqlStart: number;
  /** Null when the text could not be taken apart and goes as it came. */
  readonly conduct: StatementConduct | null;
}

/**
 * Takes the text of a Query message apart. A single statement keeps its message byte for byte; empty when there is
 * nothing to run. A text that does not parse is one piece: the server itself shall say what is wrong with it.
 */
export async function queryPieces(frame: Frame, isUtf8Client: boolean, parser: Parser): Promise<readonly QueryPiece[]> {
  const end = frame.body.indexOf(0);
  const bytes = frame.body.subarray(0, end < 0 ? frame.body.length : end);
  // In other encodings a character per byte keeps every byte, and SQL itself is ASCII.
  const encoding = isUtf8Client && isUtf8(bytes) ? 'utf8' : 'latin1';
  const text = bytes.toString(encoding);
  const statements = splitScript(text, { path: '', firstLine: 1 });
  const only = statements[0];
  if (only === undefined) return [];
  const whole = { sql: text, message: frame.bytes, shift: 0, sqlStart: 0, conduct: null };
  // Rows belong to a COPY in a file, never in a message.
  if (statements.some((statement) => (statement.copyData ?? '').trim() !== '')) return [whole];
  const shifts = new ShiftFinder(text);
  const pieces: QueryPiece[] = [];
  for (const { sql, span } of statements) {
    const conduct = await longStatementConduct(sql, parser);
    if (conduct === null) return [whole];
    const start = shifts.before(span.line, span.column);
    if (statements.length === 1) return [{ sql, message: frame.bytes, shift: 0, sqlStart: start, conduct }];
    pieces.push({ sql, message: queryMessage(Buffer.from(sql, encoding)), shift: start, sqlStart: 0, conduct });
  }
  return pieces;
}

/** Counts the characters before a line and column; asked in ascending order, so one pass is enough. */
class ShiftFinder {
  readonly #lines: readonly string[];
  #line = 1;
  #before = 0;

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  before(line: number, column: number): number {
    for (; this.#line < line; this.#line += 1) {
      for (const _ of this.#lines[this.#line - 1] ?? '') this.#before += 1;
      this.#before += 1;
    }
    return this.#before + column - 1;
  }
}
