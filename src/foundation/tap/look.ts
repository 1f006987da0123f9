import type { ObservedSession } from '../observers/observed-session.js';
import type { Row } from '../postgres/session.js';
import { toTappedError } from './answer.js';
import { encodeFrame, type Frame } from './frames.js';
import type { Link } from './link.js';
import { cString, flushMessage, queryMessage, readColumnNames, readReport, readTextRow } from './messages.js';
import type { TappedError } from './tap.js';

/** The SQLSTATE of a cancelled query. */
const queryCanceled = '57014';

/** The name of the statement and the portal that a look makes and closes again; the client's own stay untouched. */
const lookName = 'lockkeeper_look';

/** Shows observers a tapped session: questions between its statements, of which the client hears nothing. */
export class Look implements ObservedSession {
  readonly pid: number;
  /** How a question can be asked now; null: not at all. Only after a statement that left its transaction open. */
  via: 'simple' | 'extended' | null = null;
  /** A client's cancel request that came late hit the question, and with it the transaction. */
  cancelled: { readonly error: TappedError; readonly bytes: Buffer } | null = null;
  readonly #link: Link;

  constructor(pid: number, link: Link) {
    this.pid = pid;
    this.#link = link;
  }

  /** Values come in PostgreSQL's text form: strings or null. */
  async peek(sql: string): Promise<readonly Row[] | null> {
    if (this.via === null || this.cancelled !== null || this.#link.upstream.lost) return null;
    const last = this.via === 'simple' ? 'Z' : '3';
    const question = this.via === 'simple' ? queryMessage(sql) : extendedQuestion(sql);
    const reader = new RowReader(this.#link, last);
    await this.#link.upstream.ask(question, (frame) => reader.read(frame));
    if (reader.error === null) return this.#link.upstream.lost ? null : reader.rows;
    if (reader.error.error.code !== queryCanceled) {
      throw new Error(`A look into the observed session failed: ${reader.error.error.message}`);
    }
    this.cancelled = reader.error;
    this.via = null;
    return null;
  }
}

class RowReader {
  readonly rows: Row[] = [];
  error: Look['cancelled'] = null;
  readonly #link: Link;
  readonly #last: 'Z' | '3';
  #names: readonly string[] = [];
  #closed = 0;

  constructor(link: Link, last: 'Z' | '3') {
    this.#link = link;
    this.#last = last;
  }

  read(frame: Frame): 'done' | 'more' {
    switch (frame.type) {
      case 'T':
        this.#names = readColumnNames(frame.body);
        return 'more';
      case 'D':
        this.rows.push(readTextRow(this.#names, frame.body));
        return 'more';
      case 'E':
        this.error = { error: toTappedError(readReport(frame.body)), bytes: frame.bytes };
        return this.#last === 'Z' ? 'more' : 'done';
      case 'Z':
        this.#link.takeStatus(frame);
        return 'done';
      case '3':
        // The portal, then the statement.
        this.#closed += 1;
        return this.#closed === 2 ? 'done' : 'more';
      case 'N':
      case 'S':
      case 'A':
        this.#link.passUnasked(frame);
        return 'more';
      default:
        return 'more';
    }
  }
}

function extendedQuestion(sql: string): Buffer {
  const name = cString(lookName);
  const none = Buffer.alloc(2);
  return Buffer.concat([
    encodeFrame('P', Buffer.concat([name, cString(sql), none])),
    encodeFrame('B', Buffer.concat([name, name, none, none, none])),
    encodeFrame('D', Buffer.concat([Buffer.from('P'), name])),
    encodeFrame('E', Buffer.concat([name, Buffer.alloc(4)])),
    encodeFrame('C', Buffer.concat([Buffer.from('P'), name])),
    encodeFrame('C', Buffer.concat([Buffer.from('S'), name])),
    flushMessage,
  ]);
}
