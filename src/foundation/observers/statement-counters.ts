import type { IoTrace } from '../../model/trace.js';
import type { Session } from '../postgres/session.js';
import { peekSql } from './peek.js';

/** WAL and buffer work since the last reading, without that of traffic and observers. */
export interface WorkDone {
  readonly walBytes: number;
  readonly io: IoTrace;
}

export interface WorkCounter {
  /** Reads what the observed sessions did since the last reading. */
  read(): Promise<WorkDone>;
}

/*
 * pg_stat_statements counts WAL and buffers per backend and statement, utility statements included, so what
 * traffic writes at the same time stays out. The stage turns tracking on for the observed sessions alone. Every utility
 * statement makes an entry of its own: the view is emptied now and then, so that reading it stays fast, but not each
 * time, for that rewrites a file.
 */
const readTotals = (peekId: string | null): string => `SELECT pg_catalog.json_build_array(coalesce(sum(s.wal_bytes), 0),
    coalesce(sum(s.shared_blks_hit), 0), coalesce(sum(s.shared_blks_read), 0), coalesce(sum(s.shared_blks_dirtied), 0),
    coalesce(sum(s.shared_blks_written), 0), coalesce(sum(s.temp_blks_written), 0))::text AS totals,
    CASE WHEN count(*) > 50 THEN (SELECT true FROM public.pg_stat_statements_reset()) END AS emptied
  FROM public.pg_stat_statements(false) s WHERE s.queryid IS DISTINCT FROM ${peekId === null ? 'NULL' : `'${peekId}'::bigint`}`;

/** WAL bytes; blocks hit, read, dirtied and written; temporary blocks written. */
type Totals = readonly [wal: number, hit: number, read: number, dirtied: number, written: number, temp: number];

const nothingYet: Totals = [0, 0, 0, 0, 0, 0];
const blockBytes = 8192;

/** `stats` is a superuser's session on a database that has pg_stat_statements; `observed` one with tracking on. */
export async function countWork(stats: Session, observed: Session): Promise<WorkCounter> {
  await stats.query("SET pg_stat_statements.track = 'none'");
  const peekId = await findPeekId(stats, observed);
  // Planned once: it is asked after every statement. The session is ours, so nobody discards the plan.
  await stats.query(`PREPARE lockkeeper_work AS ${readTotals(peekId)}`);
  let before = nothingYet;
  return {
    read: async () => {
      const row = (await stats.query('EXECUTE lockkeeper_work')).rows[0];
      const now = JSON.parse(String(row?.['totals'])) as Totals;
      const work = workBetween(before, now);
      before = row?.['emptied'] === true ? nothingYet : now;
      return work;
    },
  };
}

function workBetween(before: Totals, now: Totals): WorkDone {
  return {
    walBytes: now[0] - before[0],
    io: {
      blocksHit: now[1] - before[1],
      blocksRead: now[2] - before[2],
      blocksDirtied: now[3] - before[3],
      blocksWritten: now[4] - before[4],
      tempBytes: (now[5] - before[5]) * blockBytes,
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
