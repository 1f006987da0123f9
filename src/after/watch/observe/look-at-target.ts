import { readContendedLocks } from '../../../foundation/activity/read-contended-locks.js';
import { readReplication } from '../../../foundation/activity/read-replication.js';
import { momentSql } from '../../../foundation/activity/read-sessions.js';
import { numberOrNull, textOrNull } from '../../../foundation/activity/row-values.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { HealthProbe, MetricProbe } from '../../../model/target-settings.js';
import type { WatchSample } from '../../../model/watch-report.js';
import { askHealth, askMetrics, judgeHealth } from './ask-surroundings.js';
import { PatientConnection } from './patient-connection.js';
import type { ServerState } from './server-events.js';

export interface LookOptions {
  readonly connect: () => Promise<Session>;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How often it is looked at, in milliseconds. */
  readonly everyMs: number;
}

export type Look = Omit<WatchSample, 'at' | 'sinceChangeMs' | 'afterGap' | 'newFaults'> & {
  /** Null where it cannot be reached. */
  readonly server: ServerState | null;
  /** Why the connection broke, or none was to be had, since the look before; null: it held. */
  readonly lost: string | null;
};

type DatabaseLook = Omit<Look, 'healthy' | 'metrics' | 'lost'>;

/** A server that does not answer for so long is as good as gone. */
const mostPatienceMs = 8_000;
const leastPatienceMs = 2_000;
/** As a multiple of the time between two looks. */
const patience = 1.6;

const figures = `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_get_activity(NULL) a WHERE a.client_port IS NOT NULL)::pg_catalog.float8
      / pg_catalog.current_setting('max_connections')::pg_catalog.float8 AS connections,
    (SELECT pg_catalog.pg_stat_get_db_deadlocks(own.datid) FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) own) AS deadlocks,
    ${momentSql('pg_catalog.pg_postmaster_start_time()')} AS started,
    ${momentSql('pg_catalog.pg_stat_get_bgwriter_stat_reset_time()')} AS counted`;

const nothing: DatabaseLook = {
  reachable: false,
  waitingSessions: null,
  connections: null,
  deadlocks: null,
  replicas: null,
  replicaLagMs: null,
  server: null,
};

/** Looks at a target again and again, and comes back to a server that was away. */
export class TargetWatch implements AsyncDisposable {
  readonly #options: LookOptions;
  readonly #connection: PatientConnection;

  constructor(options: LookOptions) {
    this.#options = options;
    const { connect, clock, signal, everyMs } = options;
    const patienceMs = Math.min(mostPatienceMs, Math.max(leastPatienceMs, patience * everyMs));
    this.#connection = new PatientConnection({ connect, clock, signal, patienceMs });
  }

  /** Rejects only when the signal is aborted. */
  async look(): Promise<Look> {
    const { metrics, health, clock, signal } = this.#options;
    const connection = this.#connection;
    const session = await connection.open();
    const database = session === null ? nothing : ((await connection.ask(() => readDatabase(session))) ?? nothing);
    const asked = { session: connection.session, metrics, health, clock, signal };
    const [values, reading] = await Promise.all([
      connection.ask(() => askMetrics(asked)).then((found) => found ?? {}),
      askHealth(asked),
    ]);
    const known = Object.fromEntries(Object.keys(metrics).map((name) => [name, values[name] ?? null]));
    const { reachable } = database;
    const healthy = judgeHealth(reading, { reachable, metrics: known });
    return { ...database, metrics: known, healthy, lost: connection.takeLoss() };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection[Symbol.asyncDispose]();
  }
}

async function readDatabase(session: Session): Promise<DatabaseLook> {
  const locks = await readContendedLocks(session);
  const [row = {}] = (await session.query(figures)).rows;
  // Without the right to see them there is no lag to speak of, and nothing else is worse for it.
  const replication = await readReplication(session).catch(() => null);
  const lags = replication?.replicas.map(({ replayLagMs }) => replayLagMs ?? 0) ?? [];
  return {
    reachable: true,
    waitingSessions: new Set(locks.filter(({ granted }) => !granted).map(({ pid }) => pid)).size,
    connections: numberOrNull(row, 'connections'),
    deadlocks: numberOrNull(row, 'deadlocks'),
    replicas: replication === null ? null : replication.replicas.length,
    replicaLagMs: lags.length === 0 ? null : Math.max(...lags),
    server: {
      startedAt: textOrNull(row, 'started'),
      countsSince: textOrNull(row, 'counted'),
      isStandby: replication?.inRecovery ?? null,
    },
  };
}
