import type { WalRecords } from '../../model/trace.js';
import type { Session } from '../postgres/session.js';

/** Reads the WAL by kind of record, span after span. */
export interface WalReader {
  /** The next span begins here: what was written until now is nobody's. */
  skip(): Promise<void>;
  /** What was written since the last call, the largest kinds first; traffic included. */
  next(): Promise<readonly WalRecords[]>;
}

/** Where the WAL is flushed to, and whether that is all of it: after a commit it mostly is. Only that much can be read. */
const position = `SELECT pg_catalog.pg_current_wal_flush_lsn() AS flushed,
    pg_catalog.pg_current_wal_flush_lsn() >= pg_catalog.pg_current_wal_insert_lsn() AS whole`;

/** Unless the WAL is `flushed` as far as it was written a moment ago, it is read only when all of it is. */
const recordsSince = (from: string, flushed: boolean): string => `WITH position AS MATERIALIZED (${position})
  SELECT position.flushed::text AS flushed, position.whole,
    CASE WHEN (position.whole OR ${flushed}) AND position.flushed > '${from}'::pg_lsn THEN (
      SELECT pg_catalog.json_agg(pg_catalog.json_build_object('resourceManager', s."resource_manager/record_type",
        'records', s.count, 'bytes', s.combined_size) ORDER BY s.combined_size DESC)
      FROM public.pg_get_wal_stats('${from}', position.flushed) s WHERE s.count > 0
    ) END::text AS records
  FROM position`;

/** `maintenance` is a superuser's session on a database that has pg_walinspect. The first span begins at once. */
export async function openWalReader(maintenance: Session): Promise<WalReader> {
  let from = await flushedWal(maintenance);
  return {
    skip: async () => {
      from = await flushedWal(maintenance);
    },
    next: async () => {
      let span = (await maintenance.query(recordsSince(from, false))).rows[0];
      if (span?.['whole'] !== true) {
        await flushWal(maintenance);
        span = (await maintenance.query(recordsSince(from, true))).rows[0];
      }
      from = String(span?.['flushed']);
      const records = span?.['records'];
      return typeof records === 'string' ? (JSON.parse(records) as readonly WalRecords[]) : [];
    },
  };
}

async function flushedWal(maintenance: Session): Promise<string> {
  const { rows } = await maintenance.query(position);
  if (rows[0]?.['whole'] === true) return String(rows[0]['flushed']);
  await flushWal(maintenance);
  return String((await maintenance.query(position)).rows[0]?.['flushed']);
}

/** A small commit of our own flushes everything before it. */
async function flushWal(maintenance: Session): Promise<void> {
  await maintenance.query("SELECT pg_catalog.pg_logical_emit_message(true, 'lockkeeper', '')");
}
