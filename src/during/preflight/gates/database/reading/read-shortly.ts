import { type ReadOnlyOptions, readOnly } from '../../../../../foundation/postgres/read-only.js';
import type { Row, Session } from '../../../../../foundation/postgres/session.js';

/** Catalogs and statistics answer in milliseconds; somebody who has locked a catalog is not waited for. */
const limits = { statementTimeoutMs: 10_000, lockTimeoutMs: 500 } satisfies Omit<ReadOnlyOptions, 'what'>;

/** Runs readers inside one short read-only transaction. @throws ChangeSafetyError `query-failed` when the server refuses. */
export async function readShortly<Value>(session: Session, what: string, read: () => Promise<Value>): Promise<Value> {
  return await readOnly(session, { what, ...limits }, read);
}

/** One query in a short read-only transaction. */
export async function readRows(
  session: Session,
  what: string,
  query: { readonly sql: string; readonly values?: readonly unknown[] },
): Promise<readonly Row[]> {
  return await readShortly(session, what, async () => (await session.query(query.sql, query.values)).rows);
}
