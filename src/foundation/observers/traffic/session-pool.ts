import type { Session } from '../../postgres/session.js';

/**
 * A fixed number of sessions, shared by lanes. A session that the server closed (a migration may end backends,
 * recovery may end readers) is replaced in the background; the pool shrinks if the server refuses.
 */
export class SessionPool implements AsyncDisposable {
  readonly #idle: Session[] = [];
  readonly #busy = new Set<Session>();
  readonly #open: () => Promise<Session>;
  #disposed = false;

  private constructor(open: () => Promise<Session>) {
    this.#open = open;
  }

  static async start(open: () => Promise<Session>, size: number): Promise<SessionPool> {
    const pool = new SessionPool(open);
    try {
      // One after the other: the first refusal must not leave connections behind that nobody knows.
      while (pool.#idle.length < size) pool.#idle.push(await open());
    } catch (error) {
      await pool[Symbol.asyncDispose]();
      throw error;
    }
    return pool;
  }

  take(): Session | null {
    const session = this.#idle.shift();
    if (session === undefined) return null;
    if (session.closed) {
      this.#replace(session);
      return this.take();
    }
    this.#busy.add(session);
    return session;
  }

  giveBack(session: Session): void {
    this.#busy.delete(session);
    if (session.closed || this.#disposed) this.#replace(session);
    else this.#idle.push(session);
  }

  /** Ends all backends, also those that wait for a lock: closing their socket alone would leave them waiting. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const busy = [...this.#busy];
    if (busy.length > 0) await this.#terminate(busy.map((session) => session.pid));
    await Promise.all([...busy, ...this.#idle].map((session) => session[Symbol.asyncDispose]()));
  }

  async #terminate(pids: readonly number[]): Promise<void> {
    try {
      const session = this.#idle.find((idle) => !idle.closed) ?? (await this.#openForGood());
      await session.query('SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest($1::int[]) AS pid', [
        pids,
      ]);
    } catch {
      // The server is gone, and its backends with it.
    }
  }

  async #openForGood(): Promise<Session> {
    const session = await this.#open();
    this.#idle.push(session);
    return session;
  }

  #replace(session: Session): void {
    void session[Symbol.asyncDispose]();
    if (this.#disposed) return;
    void this.#openAnother();
  }

  async #openAnother(): Promise<void> {
    // If the server takes no connection now, the next request that finds no session tells of it by its latency.
    const replacement = await this.#open().catch(() => null);
    if (replacement === null) return;
    if (this.#disposed) await replacement[Symbol.asyncDispose]();
    else this.#idle.push(replacement);
  }
}
