import type { WalRecords } from '../../model/trace.js';
import type { Session } from '../postgres/session.js';

/** Where the WAL stands once everything written so far is flushed: `0/3000060`. A small commit of our own flushes it. */
export async function flushedWal(maintenance: Session): Promise<string> {
  await maintenance.query("SELECT pg_catalog.pg_logical_emit_message(true, 'lockkeeper', '')");
  const { rows } = await maintenance.query('SELECT pg_catalog.pg_current_wal_flush_lsn()::text AS lsn');
  return String(rows[0]?.['lsn']);
}

const statistics = `SELECT s."resource_manager/record_type" AS manager, s.count::float8 AS records, s.combined_size::float8 AS bytes
  FROM public.pg_get_wal_stats($1::pg_lsn, $2::pg_lsn) s WHERE s.count > 0 ORDER BY s.combined_size DESC`;

/** What was written between two flushed positions, by kind; traffic included. Needs pg_walinspect. */
export async function walRecordsBetween(
  maintenance: Session,
  range: { readonly from: string; readonly to: string },
): Promise<readonly WalRecords[]> {
  if (range.from === range.to) return [];
  const { rows } = await maintenance.query(statistics, [range.from, range.to]);
  return rows.map((row) => ({
    resourceManager: String(row['manager']),
    records: Number(row['records']),
    bytes: Number(row['bytes']),
  }));
}
