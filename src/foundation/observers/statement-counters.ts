import type { IoTrace } from '../../model/trace.js';
import type { Session } from '../postgres/session.js';
import { peekSql } from './peek.js';

/** WAL and buffer work since the last reading, without that of traffic and observers. */
export interface WorkDone {
  readonly walBytes: number;
  readonly io: IoTrace;
}

export interface WorkCounter {
  /** Reads what the observed sessions did since the last reading, and starts again from zero. */
  read(): Promise<WorkDone>;
}

/*
 * pg_stat_statements counts WAL and buffers per backend and statement, utility statements included, so what
 * traffic writes at the same time stays out. The stage turns tracking on for the observed sessions alone. Emptying
 * the view after each reading keeps it small: every utility statement makes an entry of its own.
 */
const readAndReset = `SELECT coalesce(sum(s.wal_bytes), 0)::float8 AS wal,
    coalesce(sum(s.shared_blks_hit), 0)::float8 AS hit, coalesce(sum(s.shared_blks_read), 0)::float8 AS read,
    coalesce(sum(s.shared_blks_dirtied), 0)::float8 AS dirtied, coalesce(sum(s.shared_blks_written), 0)::float8 AS written,
    coalesce(sum(s.temp_blks_written), 0)::float8 AS temp, (SELECT 1 FROM public.pg_stat_statements_reset()) AS reset
  FROM public.pg_stat_statements(false) s WHERE s.queryid IS DISTINCT FROM $1::bigint`;

const blockBytes = 8192;

/** `stats` is a superuser's session on a database that has pg_stat_statements; `observed` one with tracking on. */
export async function countWork(stats: Session, observed: Session): Promise<WorkCounter> {
  await stats.query("SET pg_stat_statements.track = 'none'");
  const peekId = await findPeekId(stats, observed);
  return {
    read: async () => {
      const row = (await stats.query(readAndReset, [peekId])).rows[0] ?? {};
      return {
        walBytes: Number(row['wal']),
        io: {
          blocksHit: Number(row['hit']),
          blocksRead: Number(row['read']),
          blocksDirtied: Number(row['dirtied']),
          blocksWritten: Number(row['written']),
          tempBytes: Number(row['temp']) * blockBytes,
        },
      };
    },
  };
}

/** The id under which our own looks are counted, so that they can be left out. */
async function findPeekId(stats: Session, observed: Session): Promise<string | null> {
  await observed.query(peekSql);
  const { rows } = await stats.query(
    `SELECT s.queryid::text AS id, (SELECT 1 FROM public.pg_stat_statements_reset()) AS reset
     FROM public.pg_stat_statements s WHERE s.query LIKE '/* lockkeeper:peek */%'`,
  );
  const id = rows[0]?.['id'];
  return typeof id === 'string' ? id : null;
}
