import type { LockMode } from '../../model/locks.js';
import type { ObservedSession } from './observed-session.js';
import { type KnownRelation, firstUserOid, kindByDescription } from './relation-catalog.js';

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
 * session itself sees relations that it has not committed yet. It runs after every statement, and no plan of it can be
 * kept where the change could not discard it: so it joins nothing and asks functions, which takes a quarter of the time
 * that planning joins of the catalogs does. Of a relation that is gone they say null. The forced flush makes the
 * statistics counters start at zero in the next transaction.
 */
export const peekSql = `/* lockkeeper:peek */ SELECT pg_catalog.json_build_array(
    l.relation::text, l.mode, i.type, i.schema, i.identity,
    pg_catalog.pg_relation_filenode(l.relation)::text, pg_catalog.pg_relation_size(l.relation),
    pg_catalog.pg_stat_get_xact_numscans(l.relation),
    pg_catalog.pg_stat_get_xact_tuples_inserted(l.relation) + pg_catalog.pg_stat_get_xact_tuples_updated(l.relation)
      + pg_catalog.pg_stat_get_xact_tuples_deleted(l.relation),
    (SELECT pg_catalog.pg_stat_force_next_flush()::text))::text AS look
  FROM pg_catalog.pg_lock_status() l, pg_catalog.pg_identify_object(1259, l.relation, 0) i
  WHERE l.locktype = 'relation' AND l.granted AND l.pid = pg_catalog.pg_backend_pid() AND l.relation >= ${firstUserOid}`;

/** One lock, and the relation under it; every null but the file's means that the relation is gone. */
type Look = readonly [
  oid: string,
  mode: LockMode,
  type: string | null,
  schema: string | null,
  identity: string | null,
  fileNode: string | null,
  bytes: number | null,
  scans: number,
  rowsWritten: number,
  flush: string,
];

/** Null when the session has no open, healthy transaction. */
export async function peekAt(session: ObservedSession): Promise<Peek | null> {
  const rows = await session.peek(peekSql);
  if (rows === null) return null;
  const looks = rows.map((row) => JSON.parse(String(row['look'])) as Look);
  // A relation that is locked in several modes has as many rows.
  const existing = [...new Map(looks.filter((look) => look[4] !== null).map((look) => [look[0], look])).values()];
  const relations = existing.map(toRelation);
  return {
    locks: looks.map(([oid, mode]) => ({ oid, mode })),
    relations,
    counters: existing.filter((_, index) => countsRows(relations[index])).map(toCounters),
  };
}

function toRelation([oid, , type, schema, identity, fileNode, bytes]: Look): KnownRelation {
  const hasStorage = fileNode !== null;
  return {
    oid,
    name: String(identity),
    kind: kindByDescription(String(type), { inToast: schema === 'pg_toast', hasStorage }),
    fileNode: fileNode ?? '0',
    bytes: hasStorage ? bytes : null,
  };
}

function countsRows(relation: KnownRelation | undefined): boolean {
  return relation?.kind === 'table' || relation?.kind === 'matview';
}

function toCounters([oid, , , , , , , scans, rowsWritten]: Look): TransactionCounters {
  return { oid, scans, rowsWritten };
}
