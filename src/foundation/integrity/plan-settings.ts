import type { Session } from '../postgres/session.js';

/** Ways to read a table that the planner may choose from. */
const ways = ['seqscan', 'tidscan', 'indexscan', 'indexonlyscan', 'bitmapscan'] as const;
export type ScanWay = (typeof ways)[number];

/** Reads in an open transaction with only some ways to read a table; the transaction’s other statements have all of them again. */
export async function readBy<Value>(
  session: Session,
  allowed: readonly ScanWay[],
  read: () => Promise<Value>,
): Promise<Value> {
  const set = (to: (way: ScanWay) => string) =>
    session.query(ways.map((way) => `SET LOCAL enable_${way} TO ${to(way)}`).join('; '));
  await set((way) => (allowed.includes(way) ? 'on' : 'off'));
  const value = await read();
  // After an error the transaction is rolled back, and its settings with it.
  await set(() => 'DEFAULT');
  return value;
}
