import { readDatabaseNames } from '../../../foundation/activity/database-names.js';
import { rehearseQuestions } from '../../../foundation/activity/read-lock-waits.js';
import { answerInTime } from '../../../foundation/postgres/answer-in-time.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { ApplyContext } from './apply-context.js';
import { cutWhenLost } from './work-session.js';

type Opening = Pick<ApplyContext, 'connect' | 'lease'>;

/** Longer than any question takes, shorter than anybody should be blind. */
const patienceMs = 6_000;

/**
 * A session that only looks. It is opened before anything begins, and has asked everything once, for neither a new
 * connection nor a new question may get through a storm of locks. Where it breaks it is opened again.
 */
export class WatchSession implements AsyncDisposable {
  readonly #opening: Opening;
  #session: Session;
  #reopening: Promise<void> | null = null;
  #over = false;

  private constructor(opening: Opening, session: Session) {
    this.#opening = opening;
    this.#session = session;
  }

  static async open(opening: Opening): Promise<WatchSession> {
    return new WatchSession(opening, await openSession(opening));
  }

  /** Asks, and once more when the connection turns out to be broken. What still fails then passes. */
  async ask<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#askInTime(question);
    } catch (cause) {
      if (!this.#session.closed) throw cause;
      return await this.#askInTime(question);
    }
  }

  async #askInTime<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> {
    const session = await this.#open();
    return await answerInTime(session, patienceMs, () => question(session));
  }

  /** Once for all who ask meanwhile. A question may outlast whoever asked it: what it opens then is of no use to anybody. */
  async #open(): Promise<Session> {
    if (this.#session.closed && !this.#over) {
      this.#reopening ??= this.#reopen().finally(() => (this.#reopening = null));
      await this.#reopening;
    }
    if (this.#over) await this.#session[Symbol.asyncDispose]();
    return this.#session;
  }

  async #reopen(): Promise<void> {
    this.#session = await openSession(this.#opening);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#session[Symbol.asyncDispose]();
  }
}

/** Every question for the first time, of a server that may be in the middle of a storm. */
const openingMs = 20_000;

/** It asks all the time; where its network is gone, the server ends it. */
const longestIdle = `SET idle_session_timeout = '60s'`;

async function openSession({ connect, lease }: Opening): Promise<Session> {
  const session = await connect('lockkeeper watch');
  cutWhenLost(session, lease);
  try {
    await lease.registerBackend(session);
    await answerInTime(session, openingMs, async () => {
      await session.query(longestIdle);
      await rehearseQuestions(session, await readDatabaseNames(session));
    });
    return session;
  } catch (cause) {
    await session[Symbol.asyncDispose]();
    throw cause;
  }
}
