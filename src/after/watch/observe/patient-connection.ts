import { asServerError, isConnectionLoss } from '../../../foundation/postgres/server-error.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';

export interface PatientOptions {
  readonly connect: () => Promise<Session>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A server that does not answer for so long, in milliseconds, is as good as gone. */
  readonly patienceMs: number;
}

/** A connection to a server that may go away at any time: it is opened anew, and nothing waits for it for ever. */
export class PatientConnection implements AsyncDisposable {
  readonly #options: PatientOptions;
  #session: Session | null = null;
  #lost: string | null = null;

  constructor(options: PatientOptions) {
    this.#options = options;
  }

  /** Null while the server is not reached. */
  get session(): Session | null {
    return this.#session?.closed === false ? this.#session : null;
  }

  /** Why the connection broke, or none can be had, since this was asked last; null when nothing happened. */
  takeLoss(): string | null {
    const lost = this.#lost;
    this.#lost = null;
    return lost;
  }

  /** Opens it where it is not open. Rejects only when the signal is aborted. */
  async open(): Promise<Session | null> {
    this.#options.signal.throwIfAborted();
    if (this.#session?.closed === false) return this.#session;
    const old = this.#session;
    this.#session = null;
    old?.cut();
    await old?.[Symbol.asyncDispose]();
    const session = await this.#connect();
    if (session === null) return null;
    // What the server says with its last breath; without anybody who listens it would be forgotten.
    session.client.on('error', (cause: unknown) => this.#lose(cause));
    this.#session = session;
    await this.ask(() => session.query('SET statement_timeout = 5000; SET lock_timeout = 500'));
    return this.session;
  }

  /** What takes too long ends with its connection; null then, and for what the server refuses. Rejects only when aborted. */
  async ask<Value>(ask: () => Promise<Value>): Promise<Value | null> {
    const { signal } = this.#options;
    const done = new AbortController();
    const waiting = this.#cutLate(done.signal);
    try {
      return await ask();
    } catch (cause) {
      signal.throwIfAborted();
      this.#lose(cause);
      return null;
    } finally {
      done.abort();
      await waiting;
    }
  }

  /** Cuts what is open when it does not answer in time, or nobody wants the answer any more. */
  async #cutLate(done: AbortSignal): Promise<void> {
    const { signal, clock, patienceMs } = this.#options;
    const session = this.#session;
    try {
      await clock.sleep(patienceMs, AbortSignal.any([signal, done]));
      this.#lost ??= this.#silence();
      session?.cut();
    } catch {
      if (signal.aborted) session?.cut();
    }
  }

  /** An attempt that nobody answers is given up; should it succeed later, it is closed. */
  async #connect(): Promise<Session | null> {
    const { connect, clock, signal, patienceMs } = this.#options;
    const done = new AbortController();
    const over = () => null;
    const tooLong = clock.sleep(patienceMs, AbortSignal.any([signal, done.signal])).then(over, over);
    const attempt = connect();
    try {
      const session = await Promise.race([attempt, tooLong]);
      if (session !== null) return session;
      attempt.then((late) => late.cut(), over);
      this.#lost ??= this.#silence();
    } catch (cause) {
      this.#lost ??= wordsOf(cause);
    } finally {
      done.abort();
    }
    signal.throwIfAborted();
    return null;
  }

  #lose(cause: unknown): void {
    if (isConnectionLoss(cause)) this.#lost ??= wordsOf(cause);
  }

  #silence(): string {
    return `it did not answer within ${Math.round(this.#options.patienceMs / 1000)} s`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]();
  }
}

/** `terminating connection because of crash of another server process (57P02)`. */
function wordsOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = asServerError(cause)?.code;
  return code === undefined ? message : `${message} (${code})`;
}
