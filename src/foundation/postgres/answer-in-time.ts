import type { Session } from './session.js';

/**
 * Asks something that takes the server a moment, and drops the connection when no answer came in so many milliseconds: a
 * network can be gone without a word. The driver's error passes, as for a connection that broke.
 */
export async function answerInTime<Answer>(
  session: Session,
  patienceMs: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const timer = setTimeout(() => session.cut(), patienceMs);
  try {
    return await ask();
  } finally {
    clearTimeout(timer);
  }
}
