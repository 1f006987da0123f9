import type { ObservedSession } from '../observers/observed-session.js';
import type { Session } from '../postgres/session.js';

/** The runner's own session, as observers see it. */
export function asObserved(session: Session): ObservedSession {
  return {
    pid: session.pid,
    peek: async (sql) => (session.transactionStatus === 'open' ? (await session.query(sql)).rows : null),
  };
}
