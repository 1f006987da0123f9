import { readContendedLocks } from '../../../foundation/activity/read-contended-locks.js';
import { readReplication } from '../../../foundation/activity/read-replication.js';
import { momentSql } from '../../../foundation/activity/read-sessions.js';
import { numberOrNull, textOrNull } from '../../../foundation/activity/row-values.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { HealthProbe, MetricProbe } from '../../../model/target-settings.js';
import type { WatchSample } from '../../../model/watch-report.js';
import { askHealth, askMetrics, judgeHealth } from './ask-surroundings.js';

export interface LookOptions {
  readonly connect: () => Promise<Session>;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type Look = Omit<WatchSample, 'at' | 'sinceChangeMs' | 'afterGap' | 'newFaults'> & {
  /** ISO 8601, when the server started; null where it cannot be reached. */
  readonly serverStart: string | null;
};

type DatabaseLook = Omit<Look, 'healthy' | 'metrics'>;

/** A server that does not answer for so long is as good as gone. */
const patienceMs = 8_000;

const figures = `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_get_activity(NULL) a WHERE a.client_port IS NOT NULL)::pg_catalog.float8
      / pg_catalog.current_setting('max_connections')::pg_catalog.float8 AS connections,
    (SELECT pg_catalog.pg_stat_get_db_deadlocks(own.datid) FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) own) AS deadlocks,
    ${momentSql('pg_catalog.pg_postmaster_start_time()')} AS started`;

const nothing: DatabaseLook = {
  reachable: false,
  waitingSessions: null,
  connections: null,
  deadlocks: null,
  replicas: null,
  replicaLagMs: null,
  serverStart: null,
};

/** Looks at a target again and again, and comes back to a server that was away. */
export class TargetWatch implements AsyncDisposable {
  readonly #options: LookOptions;
  #session: Session | null = null;

  constructor(options: LookOptions) {
    this.#options = options;
  }

  /** Rejects only when the signal is aborted. */
  async look(): Promise<Look> {
    const { metrics, health, clock, signal } = this.#options;
    const database = await this.#lookAtDatabase();
    const asked = { session: this.#session, metrics, health, clock, signal };
    const remote = { ...asked, metrics };
    const [values, reading] = await Promise.all([
      this.#patiently(() => askMetrics(remote)).then((found) => found ?? {}),
      askHealth(asked),
    ]);
    const known = Object.fromEntries(Object.keys(metrics).map((name) => [name, values[name] ?? null]));
    const { reachable } = database;
    return { ...database, metrics: known, healthy: judgeHealth(reading, { reachable, metrics: known }) };
  }

  async #lookAtDatabase(): Promise<DatabaseLook> {
    this.#options.signal.throwIfAborted();
    if (this.#session?.closed !== false) await this.#reconnect();
    const session = this.#session;
    if (session === null) return nothing;
    return (await this.#patiently(() => readDatabase(session))) ?? nothing;
  }

  async #reconnect(): Promise<void> {
    const old = this.#session;
    this.#session = null;
    await old?.[Symbol.asyncDispose]();
    this.#session = await this.#options.connect().catch(() => null);
    await this.#session?.query('SET statement_timeout = 5000; SET lock_timeout = 500').catch(() => undefined);
  }

  /** What takes too long ends with its connection; null then, and for what the server refuses. */
  async #patiently<Value>(ask: () => Promise<Value>): Promise<Value | null> {
    const { clock, signal } = this.#options;
    const session = this.#session;
    const done = new AbortController();
    const waiting = clock.sleep(patienceMs, done.signal).then(
      () => session?.cut(),
      () => undefined,
    );
    try {
      return await ask();
    } catch {
      signal.throwIfAborted();
      return null;
    } finally {
      done.abort();
      await waiting;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]();
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
    serverStart: textOrNull(row, 'started'),
  };
}
