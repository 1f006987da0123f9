import type { ReadingFigures } from '../../model/verify-report.js';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import type { Clock } from '../runtime/clock.js';
import type { HeededOthers } from './heed-others.js';
import { isUnresolvedName, textPins } from './pinned-text.js';

/** How much of a server a reader may have. */
export interface ReadingPace {
  /** Share of the time spent with reading, above 0 and up to 1: the rest is a pause. */
  readonly share: number;
  /** No transaction takes longer, milliseconds. */
  readonly transactionMs: number;
  /** Queueing behind a lock makes others queue behind us. */
  readonly lockTimeoutMs: number;
}

export interface GentleReaderOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pace: ReadingPace;
  /** By the clock; nothing new is begun then. */
  readonly deadline?: number;
  /** Who comes first. Left out: nobody is asked. */
  readonly others?: HeededOthers;
}

/** The deadline of the whole reading has passed. */
export class OutOfBudget extends Error {}

/**
 * Reads in short read-only transactions with pauses between them. A transaction holds a few parts; it sees what is
 * committed at each statement, so no snapshot is older than its statement, and nobody waits behind its locks for long.
 */
export interface GentleReader extends AsyncDisposable {
  readonly session: Session;
  readonly clock: Clock;
  /** What reading cost so far. */
  readonly cost: ReadingFigures;
  /** How long a part should take, milliseconds. */
  readonly partMs: number;
  /** One part. `strain` above 1: the server answers slower than it could, so the pause is longer. */
  part<Value>(read: () => Promise<Value>, strain?: number): Promise<Value>;
  /** The same, begun anew a few times when a lock or recovery was in the way. */
  patient<Value>(read: () => Promise<Value>): Promise<Value>;
  /** Ends what is open and waits a moment before something is tried again. */
  retreat(): Promise<void>;
}

/** Others get their turn after this much reading, milliseconds. */
const gentleBurstMs = 8;
const unthrottledBurstMs = 1_000;
const retreatMs = 100;
const attempts = 5;
const mostStrain = 4;

/** Lost against recovery, a deadlock with it, or a lock: the same question may be answered later. */
const passing: ReadonlySet<unknown> = new Set(['40001', '40P01', '55P03']);

export function isPassing(error: unknown): boolean {
  return passing.has(asServerError(error)?.code);
}

/** The session has to be idle, and is again once the reader is disposed of. An aborted signal cuts it. */
export function openGentleReader(session: Session, options: GentleReaderOptions): GentleReader {
  return new Reader(session, options);
}

class Reader implements GentleReader {
  readonly cost = {
    transactions: 0,
    statements: 0,
    longestTransactionMs: 0,
    longestStatementMs: 0,
    pausedMs: 0,
    heldBackMs: 0,
    retries: 0,
  };
  readonly partMs: number;
  readonly #options: GentleReaderOptions;
  #searchPath = 'SET LOCAL search_path = pg_catalog; ';
  /** By the clock; null: no transaction is open. */
  #begunAt: number | null = null;

  constructor(
    readonly session: Session,
    options: GentleReaderOptions,
  ) {
    this.#options = options;
    const { pace, signal } = options;
    this.partMs = Math.min(pace.share < 1 ? gentleBurstMs : unthrottledBurstMs, pace.transactionMs / 2);
    signal.addEventListener('abort', this.#cut, { once: true });
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  async part<Value>(read: () => Promise<Value>, strain = 1): Promise<Value> {
    const value = await this.#askByName(read);
    const busyMs = this.#begunAt === null ? 0 : this.clock.now() - this.#begunAt;
    if (busyMs >= this.partMs) {
      await this.#end('COMMIT');
      const factor = await this.#heedOthers();
      // However fast it may read, whoever is slowed down by it gets a turn.
      if (factor > 1 && this.#options.pace.share === 1) await this.#pause(busyMs * (factor - 1));
      await this.#pause(
        factor * busyMs * (1 / this.#options.pace.share - 1) * Math.min(mostStrain, Math.max(1, strain)),
      );
    }
    return value;
  }

  async patient<Value>(read: () => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.part(read);
      } catch (error) {
        if (!isPassing(error) || attempt === attempts) throw error;
        await this.retreat();
      }
    }
  }

  async retreat(): Promise<void> {
    this.cost.retries += 1;
    await this.#end('ROLLBACK');
    await this.#pause(retreatMs * Math.min(10, this.cost.retries));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#cut);
    // Of a connection that broke, the reading itself has told.
    await this.#end('COMMIT').catch(() => undefined);
  }

  readonly #cut = (): void => this.session.cut();

  /** A function in an index may name things without their schema: then the session's own search_path has to do. */
  async #askByName<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await this.#ask(read);
    } catch (error) {
      if (this.#searchPath === '' || !isUnresolvedName(error)) throw error;
      this.#searchPath = '';
      return await this.#ask(read);
    }
  }

  async #ask<Value>(read: () => Promise<Value>): Promise<Value> {
    const { clock, signal, deadline = Number.POSITIVE_INFINITY } = this.#options;
    signal.throwIfAborted();
    if (clock.now() > deadline) throw new OutOfBudget();
    const since = clock.now();
    try {
      if (this.#begunAt === null) await this.#begin();
      this.cost.statements += 1;
      return await read();
    } catch (error) {
      if (!this.session.closed) await this.#end('ROLLBACK');
      signal.throwIfAborted();
      throw error;
    } finally {
      this.cost.longestStatementMs = Math.max(this.cost.longestStatementMs, clock.now() - since);
    }
  }

  async #begin(): Promise<void> {
    const { clock, pace } = this.#options;
    this.#begunAt = clock.now();
    this.cost.transactions += 1;
    await this.session.query(`BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; ${this.#searchPath}${textPins};
      SET LOCAL statement_timeout = ${Math.max(1, Math.floor(pace.transactionMs - this.partMs))};
      SET LOCAL lock_timeout = ${pace.lockTimeoutMs}; SET LOCAL idle_in_transaction_session_timeout = 10000;
      SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off`);
  }

  async #end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    if (this.#begunAt === null) return;
    const since = this.#begunAt;
    this.#begunAt = null;
    if (!this.session.closed) await this.session.query(how);
    this.cost.longestTransactionMs = Math.max(this.cost.longestTransactionMs, this.clock.now() - since);
  }

  async #heedOthers(): Promise<number> {
    const heeded = await this.#options.others?.heed();
    if (heeded === undefined) return 1;
    this.cost.heldBackMs += heeded.heldMs;
    this.cost.pausedMs += heeded.heldMs;
    return heeded.factor;
  }

  async #pause(ms: number): Promise<void> {
    if (ms < 1) return;
    this.cost.pausedMs += ms;
    await this.clock.sleep(ms, this.#options.signal);
  }
}
