import type { PreparedTransaction } from '../../model/activity.js';
import type { Session } from '../postgres/session.js';
import type { DatabaseNames } from './database-names.js';
import { ageSql } from './read-sessions.js';
import { textOrNull } from './row-values.js';

const preparedSql = `SELECT p.gid, p.transaction::text AS xid, pg_catalog.age(p.transaction) AS xid_age,
    pg_catalog.pg_get_userbyid(p.ownerid) AS owner, p.dbid::int8 AS database, ${ageSql('p.prepared')} AS prepared_ms
  FROM pg_catalog.pg_prepared_xact() p`;

/** Transactions that were prepared and neither committed nor rolled back, of all databases. Opens no relation. */
export async function readPreparedTransactions(
  session: Session,
  databases: DatabaseNames,
): Promise<readonly PreparedTransaction[]> {
  const { rows } = await session.query(preparedSql);
  return rows.map((row) => ({
    gid: String(row['gid']),
    xid: String(row['xid']),
    xidAge: Number(row['xid_age']),
    owner: textOrNull(row, 'owner'),
    databaseOid: Number(row['database']),
    database: databases.get(Number(row['database'])) ?? null,
    preparedMs: Math.max(0, Number(row['prepared_ms'])),
  }));
}
