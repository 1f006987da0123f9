import { Answer } from './answer.js';
import type { Parser } from '../sql/parser.js';
import type { Frame } from './frames.js';
import type { Link } from './link.js';
import { readyMessage } from './messages.js';
import { type QueryPiece, queryPieces } from './query-pieces.js';
import { outcomeOf, refusesBlock, type RanStatement, type Watch } from './watch.js';

/** The warning of a BEGIN inside a block. */
const alreadyInTransaction = '25001';
/** The SQLSTATE of code that commits inside, where it may not. */
const commitsInside = '2D000';
/** What a statement says that cannot run in the tap's block, where only the catalog could tell. */
const needsNoBlock: ReadonlySet<string | null> = new Set([refusesBlock, commitsInside]);

/**
 * Runs one Query message. Its statements go to the server one at a time, so that observers can look after each; a
 * block of the tap's own stands for the transaction that the server would make of the message, and keeps the locks
 * until they have been read. The client sees what it would have seen without.
 */
export class SimpleQuery {
  readonly #link: Link;
  readonly #parser: Parser;
  readonly #watch: Watch;
  /** The open block is the tap's own: the client does not know of it. */
  #own = false;
  #isSingle = true;

  constructor(link: Link, watch: Watch, parser: Parser) {
    this.#parser = parser;
    this.#link = link;
    this.#watch = watch;
  }

  async run(frame: Frame): Promise<void> {
    const { outbox, isUtf8Client } = this.#link;
    const pieces = await queryPieces(frame, isUtf8Client, this.#parser);
    this.#isSingle = pieces.length === 1;
    if (pieces.length === 0) await this.#link.relay(frame.bytes, { until: 'ready' });
    for (const [index, piece] of pieces.entries()) {
      const goesOn = await this.#runPiece(piece, index === pieces.length - 1);
      if (!goesOn) break;
    }
    outbox.release();
    this.#link.throwIfLost();
    outbox.send(readyMessage(this.#link.status));
  }

  async #runPiece(piece: QueryPiece, isLast: boolean): Promise<boolean> {
    if (piece.conduct?.control != null) return this.#runControl(piece);
    const wraps = this.#link.status === 'I' && piece.conduct !== null && (piece.conduct.wrappable || !this.#isSingle);
    if (wraps) await this.#open();
    const before = this.#link.status;
    const ran = await this.#observe(piece);
    if (this.#own && this.#isSingle && needsNoBlock.has(ran.error?.code ?? '') && !ran.answer.sent) {
      return this.#runBare(piece, ran);
    }
    if (ran.error !== null) return this.#fail(ran);
    if (this.#own && isLast) return this.#close(ran);
    this.#watch.tell(ran);
    this.#link.outbox.release();
    await this.#noticeEnd(before, ran);
    return true;
  }

  #observe(piece: QueryPiece): Promise<RanStatement> {
    const inTransaction = this.#link.status !== 'I';
    const canLook = this.#link.status === 'T' && piece.conduct?.isSetting !== true;
    const { sql, conduct } = piece;
    return this.#watch.around({ sql, via: 'simple', conduct, inTransaction, canLook }, () => this.#relay(piece));
  }

  async #relay(piece: QueryPiece, dropWarning?: string): Promise<Answer> {
    const answer = await this.#link.relay(piece.message, { until: 'ready', shift: piece.shift, dropWarning });
    const position = answer.error?.position ?? null;
    if (answer.error !== null && position !== null) {
      answer.error = { ...answer.error, position: position - piece.sqlStart };
    }
    return answer;
  }

  async #open(): Promise<void> {
    await this.#link.control('BEGIN', new Answer());
    this.#link.throwIfLost();
    this.#own = true;
  }

  /** The server speaks of a failing COMMIT instead of completing the last statement; so does the tap. */
  async #close(ran: RanStatement): Promise<boolean> {
    const startedAt = performance.now();
    const error = await this.#link.control('COMMIT', ran.answer);
    this.#own = false;
    this.#watch.tell({ ...ran, error });
    await this.#ended(error === null ? 'committed' : 'rolled-back', startedAt);
    return error === null;
  }

  async #fail(ran: RanStatement): Promise<boolean> {
    this.#watch.tell(ran);
    const startedAt = performance.now();
    if (this.#own) await this.#rollBack();
    else if (this.#link.status === 'I') await this.#ended('rolled-back', startedAt);
    return false;
  }

  async #rollBack(): Promise<void> {
    const startedAt = performance.now();
    await this.#link.control('ROLLBACK', new Answer());
    this.#own = false;
    await this.#ended('rolled-back', startedAt);
  }

  /** Forgets the attempt inside a block and lets the statement run as the client sent it. */
  async #runBare(piece: QueryPiece, attempt: RanStatement): Promise<boolean> {
    await this.#link.control('ROLLBACK', new Answer());
    this.#own = false;
    await this.#watch.forget();
    this.#link.outbox.drop();
    this.#link.throwIfLost();
    const ran = await this.#observe(piece);
    this.#watch.tell({ ...ran, transactionBlock: attempt.transactionBlock });
    await this.#ended(ran.error === null ? 'committed' : 'rolled-back', ran.endedAt);
    return ran.error === null;
  }

  /**
   * BEGIN, COMMIT and their kin. Where several statements make up a message, the server's own block around them
   * becomes the client's at a BEGIN, ends at a COMMIT or ROLLBACK (with a warning), and knows no savepoints.
   */
  async #runControl(piece: QueryPiece): Promise<boolean> {
    const control = piece.conduct?.control;
    const joins = this.#own && control === 'begin';
    if (this.#own && control === 'commit') {
      const startedAt = performance.now();
      const error = await this.#link.control('COMMIT', new Answer());
      this.#own = false;
      await this.#ended(error === null ? 'committed' : 'rolled-back', startedAt);
      if (error !== null) return false;
    } else if (this.#own && !joins) await this.#rollBack();
    const before = this.#link.status;
    const ran = await this.#watch.around(
      { sql: piece.sql, via: 'simple', conduct: piece.conduct, inTransaction: before !== 'I', canLook: false },
      () => this.#relay(piece, joins ? alreadyInTransaction : undefined),
    );
    this.#watch.tell(ran);
    if (joins && ran.error !== null) await this.#rollBack();
    this.#own = false;
    if (ran.error === null && piece.conduct?.chains === true) await this.#ended(outcomeOf(ran), ran.startedAt);
    else await this.#noticeEnd(before, ran);
    if (ran.error === null) this.#link.outbox.release();
    return ran.error === null;
  }

  /** A statement that left the session idle has ended its transaction. */
  async #noticeEnd(before: string, ran: RanStatement): Promise<void> {
    if (this.#link.status !== 'I') return;
    await this.#ended(outcomeOf(ran), before === 'I' ? ran.endedAt : ran.startedAt);
  }

  #ended(outcome: 'committed' | 'rolled-back', startedAt: number): Promise<void> {
    return this.#watch.transactionEnded({ outcome, startedAt, endedAt: performance.now() });
  }
}
