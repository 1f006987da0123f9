import type { LockMode } from '../../model/locks.js';
import type { ObservedSession } from './observed-session.js';
import {
  type KnownRelation,
  type RelationRow,
  firstUserOid,
  relationBytes,
  relationColumns,
  toKnownRelation,
} from './relation-catalog.js';

/** Counters of the current transaction for one table. */
export interface TransactionCounters {
  readonly oid: string;
  readonly scans: number;
  readonly rowsWritten: number;
}

export interface Peek {
  readonly locks: readonly { readonly oid: string; readonly mode: LockMode }[];
  /** The locked relations that still exist, as the transaction itself sees them. */
  readonly relations: readonly KnownRelation[];
  readonly counters: readonly TransactionCounters[];
}

/**
 * One look from inside the transaction, before it ends: what it locks, and what became of those relations. Only the
 * session itself sees relations that it has not committed yet. The forced flush makes the statistics counters
 * start at zero in the next transaction.
 */
export const peekSql = `/* lockkeeper:peek */ WITH held AS MATERIALIZED (
  SELECT l.relation AS oid, l.mode FROM pg_catalog.pg_locks l
  WHERE l.locktype = 'relation' AND l.granted AND l.pid = pg_catalog.pg_backend_pid() AND l.relation >= ${firstUserOid}
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
), locked AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relfilenode, c.relnamespace FROM pg_catalog.pg_class c
  WHERE c.oid IN (SELECT held.oid FROM held)
)
SELECT pg_catalog.json_build_object(
  'locks', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', held.oid::text, 'mode', held.mode)) FROM held),
  'relations', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(${relationColumns(relationBytes)}))
    FROM locked c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace),
  'counters', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', c.oid::text,
      'scans', pg_catalog.pg_stat_get_xact_numscans(c.oid),
      'rowsWritten', pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid)
        + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)))
    FROM locked c WHERE c.relkind IN ('r', 'm')),
  'flush', pg_catalog.pg_stat_force_next_flush()::text
)::text AS peek`;

interface RawPeek {
  readonly locks: Peek['locks'] | null;
  readonly relations: readonly RelationRow[] | null;
  readonly counters: Peek['counters'] | null;
}

/** Null when the session has no open, healthy transaction. */
export async function peekAt(session: ObservedSession): Promise<Peek | null> {
  const rows = await session.peek(peekSql);
  const text = rows?.[0]?.['peek'];
  if (typeof text !== 'string') return null;
  const raw = JSON.parse(text) as RawPeek;
  return {
    locks: raw.locks ?? [],
    relations: (raw.relations ?? []).map(toKnownRelation),
    counters: raw.counters ?? [],
  };
}
