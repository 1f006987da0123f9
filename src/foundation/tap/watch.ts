import { nothingObserved } from '../observers/observe-session.js';
import type { StatementObserver } from '../observers/statement-observer.js';
import type { Answer } from './answer.js';
import type { Link } from './link.js';
import type { Look } from './look.js';
import type { StatementConduct } from './statement-conduct.js';
import type { TapOptions, TappedStatement, TappedTransactionEnd } from './tap.js';

/** The SQLSTATE of a statement that cannot run inside a transaction block. */
export const refusesBlock = '25001';

/** A statement about to run. */
export interface WatchedStatement {
  readonly sql: string;
  readonly via: 'simple' | 'extended';
  readonly inTransaction: boolean;
  /** Null when nothing is known of it. */
  readonly conduct: StatementConduct | null;
  /** Observers may ask inside the session when it has run. */
  readonly canLook: boolean;
}

export interface WatchParts {
  readonly link: Link;
  readonly look: Look;
  readonly observer: StatementObserver;
  readonly sessionNumber: number;
}

export type RanStatement = Omit<TappedStatement, 'sessionNumber'> & { readonly answer: Answer };

/** Lets the observers look around each statement of one session, and tells what was seen. */
export class Watch {
  readonly #parts: WatchParts;
  readonly #options: Pick<TapOptions, 'onStatement' | 'onTransactionEnd'>;
  #untold = false;

  constructor(parts: WatchParts, options: Pick<TapOptions, 'onStatement' | 'onTransactionEnd'>) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Runs a statement between two looks. Its answer is held when this returns. */
  async around(statement: WatchedStatement, run: () => Promise<Answer>): Promise<RanStatement> {
    const { look, observer } = this.#parts;
    this.#untold = true;
    if (statement.conduct?.control != null) {
      const startedAt = performance.now();
      return this.#describe(statement, startedAt, await run());
    }
    await observer.before(statement);
    const startedAt = performance.now();
    const answer = await run();
    const endedAt = answer.endedAt ?? performance.now();
    const failed = answer.error !== null;
    look.via = statement.canLook && !failed ? statement.via : null;
    const observation = await observer.after(statement, { startedAt, endedAt, failed });
    look.via = null;
    this.#takeLateCancel(answer);
    return { ...this.#describe(statement, startedAt, answer), observation };
  }

  tell(ran: RanStatement): void {
    const { answer: _, ...statement } = ran;
    this.#options.onStatement({ sessionNumber: this.#parts.sessionNumber, ...statement });
  }

  /** The observers' end of a transaction that the client never asked for. */
  async forget(): Promise<void> {
    await this.#parts.observer.transactionEnded({ outcome: 'rolled-back', endedAt: performance.now() });
  }

  /** Tells the end of a transaction, if anything ran in it. */
  async transactionEnded(end: Omit<TappedTransactionEnd, 'sessionNumber'>): Promise<void> {
    if (!this.#untold) return;
    this.#untold = false;
    await this.#parts.observer.transactionEnded({ outcome: end.outcome, endedAt: end.endedAt });
    this.#options.onTransactionEnd({ sessionNumber: this.#parts.sessionNumber, ...end });
  }

  /** To the client it looks as if the cancel request had hit its statement, as it was meant to. */
  #takeLateCancel(answer: Answer): void {
    const { look, link } = this.#parts;
    if (look.cancelled === null) return;
    answer.error = look.cancelled.error;
    link.outbox.drop();
    link.outbox.hold(look.cancelled.bytes);
    look.cancelled = null;
  }

  #describe(statement: WatchedStatement, startedAt: number, answer: Answer): RanStatement {
    return {
      sql: statement.sql,
      via: answer.copies ? 'copy' : statement.via,
      startedAt,
      endedAt: answer.endedAt ?? performance.now(),
      inTransaction: statement.inTransaction,
      controlsTransaction: statement.conduct?.control != null,
      transactionBlock:
        answer.error?.code === refusesBlock ? 'refused' : (statement.conduct?.transactionBlock ?? 'allowed'),
      rowCount: answer.rowCount,
      notices: answer.notices,
      error: answer.error,
      observation: nothingObserved,
      answer,
    };
  }
}

/** A COMMIT of a failed transaction says ROLLBACK. */
export function outcomeOf(ran: RanStatement): 'committed' | 'rolled-back' {
  return ran.error !== null || ran.answer.tag === 'ROLLBACK' ? 'rolled-back' : 'committed';
}
