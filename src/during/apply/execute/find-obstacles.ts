import { readRelationLocks } from '../../../foundation/activity/read-contended-locks.js';
import { readOldestSnapshots } from '../../../foundation/activity/read-oldest-snapshots.js';
import { readDatabaseNames } from '../../../foundation/activity/database-names.js';
import { readSessions } from '../../../foundation/activity/read-sessions.js';
import { answerInTime } from '../../../foundation/postgres/answer-in-time.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { ActivitySession } from '../../../model/activity.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import { conflictingModes, type LockMode } from '../../../model/locks.js';

/** Somebody for whom a step would wait now. */
export interface Obstacle {
  readonly pid: number | null;
  /** One line that names it: who it is, since when, and what it does. */
  readonly words: string;
  /** It gives way to those who wait longer than deadlock_timeout. */
  readonly yields: boolean;
}

const oidsSql = `SELECT c.oid::pg_catalog.int8 AS oid, r.name FROM pg_catalog.unnest($1::pg_catalog.text[]) AS r(name)
  JOIN pg_catalog.pg_namespace n ON pg_catalog.starts_with(r.name, pg_catalog.quote_ident(n.nspname) || '.')
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
    AND pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) = r.name`;
const databaseSql = `SELECT d.oid::pg_catalog.int8 AS oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

/** Traffic comes and goes; who has been in the way this long may stay. */
const shortestStayMs = 200;

const concurrent =
  /^\s*(?:create\s+(?:unique\s+)?index|drop\s+index|reindex\b[^;]*?|alter\s+table\b[^;]*\bdetach\b[^;]*)\s+concurrently\b/i;

export interface Surroundings {
  /** The backend that will work. */
  readonly ourPid: number;
  readonly replicas: readonly Session[];
}

/**
 * Who stands in a step's way for longer than traffic does: holders of and waiters for conflicting locks, and, for a
 * concurrent command, old snapshots. Opens no relation.
 */
export async function findObstacles(
  watch: Session,
  { locks, statements }: Pick<PlanStep, 'locks' | 'statements'>,
  { ourPid, replicas }: Surroundings,
): Promise<readonly Obstacle[]> {
  const wanted = await wantedModes(watch, locks);
  const databaseOid = Number((await watch.query(databaseSql)).rows[0]?.['oid']);
  const holders = (await findHolders(watch, { wanted, databaseOid })).filter(({ pid }) => pid !== ourPid);
  const snapshots = await oldSnapshots(watch, { statements, databaseOid, ourPid });
  return [...holders.map(toObstacle), ...snapshots, ...(await readersOfReplicas(replicas, { wanted, databaseOid }))];
}

interface WantedLocks {
  readonly wanted: ReadonlyMap<number, readonly LockMode[]>;
  readonly databaseOid: number;
}

async function findHolders(watch: Session, { wanted, databaseOid }: WantedLocks): Promise<readonly ActivitySession[]> {
  if (wanted.size === 0) return [];
  const blocking = new Set(
    (await readRelationLocks(watch, databaseOid)).flatMap(({ object, mode, pid }) => {
      const conflicts = (wanted.get(object.relationOid ?? 0) ?? []).some((own) => conflictingModes[own].includes(mode));
      return conflicts && pid !== null ? [pid] : [];
    }),
  );
  return (await readSessions(watch, new Map())).filter(
    ({ pid, transactionMs, state }) => blocking.has(pid) && ((transactionMs ?? 0) > shortestStayMs || state === null),
  );
}

/** Less than the primary's own watch gets for its answer. */
const patienceMs = 3_000;

/**
 * Recovery takes an AccessExclusiveLock over from the primary, and waits for whoever reads the table on the standby, with
 * all new readers behind it. Nothing on the primary can end that: so nobody may be there beforehand.
 */
async function readersOfReplicas(
  replicas: readonly Session[],
  { wanted, databaseOid }: WantedLocks,
): Promise<readonly Obstacle[]> {
  const replayed = [...wanted].filter(([, modes]) => modes.includes('AccessExclusiveLock'));
  const about = { wanted: new Map(replayed), databaseOid };
  const found = await Promise.all(
    // A standby that does not answer is not waited for: its lag is watched elsewhere.
    replicas.map(async (replica) => {
      if (replica.closed) return [];
      return await answerInTime(replica, patienceMs, () => findHolders(replica, about)).catch(() => []);
    }),
  );
  return found.flatMap((holders, at) =>
    holders
      .filter(({ backendType }) => backendType !== 'startup')
      .map((holder) => ({
        ...toObstacle(holder),
        pid: null,
        words: `on replica ${at + 1}, ${toObstacle(holder).words}`,
      })),
  );
}

async function wantedModes(
  watch: Session,
  locks: PlanStep['locks'],
): Promise<ReadonlyMap<number, readonly LockMode[]>> {
  if (locks.length === 0) return new Map();
  const { rows } = await watch.query(oidsSql, [[...new Set(locks.map(({ relation }) => relation))]]);
  return new Map(
    rows.map((row) => [
      Number(row['oid']),
      locks.filter(({ relation }) => relation === row['name']).map(({ mode }) => mode),
    ]),
  );
}

async function oldSnapshots(
  watch: Session,
  { statements, databaseOid, ourPid }: { statements: PlanStep['statements']; databaseOid: number; ourPid: number },
): Promise<readonly Obstacle[]> {
  if (!statements.some(({ sql }) => concurrent.test(sql))) return [];
  const databases = await readDatabaseNames(watch);
  const holders = await readOldestSnapshots(watch, { databases, databaseOid, relationOids: [] });
  return holders
    .filter(
      ({ concurrentBuildWaits, pid, transactionMs }) =>
        concurrentBuildWaits && pid !== ourPid && (transactionMs ?? 0) > shortestStayMs,
    )
    .map(({ pid, name, transactionMs }) => ({
      pid,
      words: `${name === '' ? 'a session' : name} (pid ${pid ?? 'none'}) has had a snapshot for ${seconds(transactionMs)}`,
      yields: false,
    }));
}

function toObstacle({ pid, application, user, backendType, transactionMs, query }: ActivitySession): Obstacle {
  const vacuums = backendType === 'autovacuum worker';
  const who = vacuums ? 'an autovacuum' : `${application === '' ? 'a session' : application} of ${user ?? 'nobody'}`;
  const text = (query ?? '').replace(/\s+/g, ' ').slice(0, 80);
  return {
    pid,
    words: `${who} (pid ${pid}) has been in its transaction for ${seconds(transactionMs)}${text === '' ? '' : `: ${text}`}`,
    yields: vacuums && !/to prevent wraparound/.test(query ?? ''),
  };
}

function seconds(ms: number | null): string {
  return ms === null ? 'an unknown time' : `${(ms / 1000).toFixed(1)} s`;
}
