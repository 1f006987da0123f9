import { numberOrNull } from '../../../../foundation/activity/row-values.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { readRows } from './reading/read-shortly.js';

/*
 * Who is hidden has no backend type, and counts as a client. max_connections bounds clients alone: autovacuum and walsenders
 * have slots of their own. reserved_connections exists since 16.
 */
const headroomSql = `WITH clients AS (SELECT a.datid, a.usesysid FROM pg_catalog.pg_stat_get_activity(NULL) a
    WHERE a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL)
  SELECT pg_catalog.current_setting('max_connections')::pg_catalog.int4 AS max,
    pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4
      + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::pg_catalog.int4 AS reserved,
    (SELECT pg_catalog.count(*) FROM clients) AS used,
    NULLIF(d.datconnlimit, -1) AS database_limit,
    (SELECT pg_catalog.count(*) FROM clients c WHERE c.datid = d.oid) AS database_used,
    NULLIF(r.rolconnlimit, -1) AS role_limit,
    (SELECT pg_catalog.count(*) FROM clients c WHERE c.usesysid = r.oid) AS role_used
  FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
  WHERE d.datname = pg_catalog.current_database() AND r.rolname = session_user`;

/** Setting `needed`: one session each for the work, the lease, the watchdog, and the abort criteria. */
const needed: ByTier = [4, 4, 4, 4];
/** Setting `spare`: how many should be free beside them, for the application. */
const spare: ByTier = [10, 10, 5, 0];

/** `limit` is what is left for everybody without privileges; null for no limit. */
type Bound = { readonly what: string; readonly limit: number | null; readonly used: number };
type Observation = { readonly bounds: readonly Bound[] };

const remedy = 'Close what is idle, lower the pools of the application for the time of the change, or raise the limit.';

function decide({ bounds }: Observation, policy: GatePolicy): GateDecision {
  const ours = limitOf(policy, 'needed', needed);
  const free = bounds.flatMap(({ what, limit, used }) =>
    limit === null ? [] : [{ what, limit, used, free: limit - used }],
  );
  const [tightest] = free.toSorted((one, other) => one.free - other.free);
  if (tightest === undefined) return pass('There is no limit.');
  const words = `${tightest.used} of ${tightest.limit} connections that ${tightest.what} allows are used`;
  if (tightest.free < ours) return block(`${words}; a run needs ${ours}.`, remedy);
  if (tightest.free < ours + limitOf(policy, 'spare', spare)) {
    return warn(`${words}; a run takes ${ours}, and few are left for others.`, remedy);
  }
  return pass(`${words}.`);
}

export default defineGate<Observation>({
  id: 'connection-headroom',
  title: 'There are connections left',
  why: 'Clients that wait behind a lock keep their connections, and pools open more. A run that cannot connect cannot watch, cancel or resume either.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS'],
  blindSpot:
    'Limits of a pooler or a proxy in front of the server do not show, nor do connections that a managed service keeps for itself.',
  settings: [
    { name: 'needed', meaning: 'Sessions that the change itself needs', byTier: needed },
    { name: 'spare', meaning: 'Sessions that should be free beside them, for the application', byTier: spare },
  ],
  inspect: async ({ session }) => {
    const [row = {}] = await readRows(session, 'connections', { sql: headroomSql });
    const count = (column: string): number => numberOrNull(row, column) ?? 0;
    return {
      bounds: [
        { what: 'the server', limit: count('max') - count('reserved'), used: count('used') },
        { what: 'the database', limit: numberOrNull(row, 'database_limit'), used: count('database_used') },
        { what: 'the role', limit: numberOrNull(row, 'role_limit'), used: count('role_used') },
      ],
    };
  },
  decide,
});
