import { readContendedLocks } from '../../../foundation/activity/read-contended-locks.js';
import { readReplication } from '../../../foundation/activity/read-replication.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { probeHealth } from '../../../foundation/probes/probe-health.js';
import { readMetric } from '../../../foundation/probes/read-metric.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { RunSample } from '../../../model/abort-criterion.js';
import type { HealthProbe, MetricProbe } from '../../../model/target-settings.js';

export interface SamplerOptions {
  /** Idle, and used for nothing else. */
  readonly session: Session;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What a step took in its rehearsal, in milliseconds; null where it was not rehearsed. */
  readonly rehearsedMs: (stepId: string) => number | null;
}

const keptSamples = 600;

const figures = `SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_get_activity(NULL) a WHERE a.client_port IS NOT NULL)::pg_catalog.float8
      / pg_catalog.current_setting('max_connections')::pg_catalog.float8 AS connections,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.float8 AS wal`;

/** Looks at the system again and again; the first look is the baseline. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #samples: RunSample[] = [];
  #step: { readonly id: string; readonly since: number } | null = null;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** The baseline, then the newest. */
  get samples(): readonly RunSample[] {
    return this.#samples;
  }

  /** One look. Whoever runs no step gives null. */
  async look(stepId: string | null): Promise<RunSample> {
    const { clock, rehearsedMs } = this.#options;
    if (stepId !== this.#step?.id) this.#step = stepId === null ? null : { id: stepId, since: clock.now() };
    const [database, metrics, healthy] = await Promise.all([
      this.#askDatabase(),
      this.#askMetrics(),
      this.#askHealth(),
    ]);
    const sample: RunSample = {
      ...database,
      metrics,
      healthy,
      atMs: clock.now(),
      stepMs: this.#step === null ? 0 : clock.now() - this.#step.since,
      rehearsedMs: stepId === null ? null : rehearsedMs(stepId),
    };
    this.#samples.push(sample);
    if (this.#samples.length > keptSamples) this.#samples.splice(1, 1);
    return sample;
  }

  async #askDatabase(): Promise<
    Pick<RunSample, 'replicaLagMs' | 'replicaLagBytes' | 'waitingSessions' | 'connections' | 'walBytes'>
  > {
    const { session } = this.#options;
    try {
      const locks = await readContendedLocks(session);
      const { replicas } = await readReplication(session);
      const [row] = (await session.query(figures)).rows;
      return {
        replicaLagMs: largest(replicas.map(({ replayLagMs }) => replayLagMs)),
        replicaLagBytes: largest(replicas.map(({ replayLagBytes }) => replayLagBytes)),
        waitingSessions: new Set(locks.filter(({ granted }) => !granted).map(({ pid }) => pid)).size,
        connections: Number(row?.['connections']),
        walBytes: Number(row?.['wal']),
      };
    } catch {
      return { replicaLagMs: null, replicaLagBytes: null, waitingSessions: null, connections: null, walBytes: null };
    }
  }

  async #askMetrics(): Promise<RunSample['metrics']> {
    const { session, metrics, clock, signal } = this.#options;
    const found: Record<string, number | null> = {};
    for (const [name, probe] of Object.entries(metrics)) {
      found[name] = (await readMetric(probe, { session, clock, signal }).catch(() => null))?.value ?? null;
    }
    return found;
  }

  async #askHealth(): Promise<boolean | null> {
    const { health, clock, signal } = this.#options;
    if (health === null) return null;
    return probeHealth(health, { clock, signal }).then(
      ({ healthy }) => healthy,
      () => null,
    );
  }
}

/** A standby that has nothing to replay says null, and has no lag. */
function largest(values: readonly (number | null)[]): number | null {
  return values.length === 0 ? null : Math.max(...values.map((value) => value ?? 0));
}
