import type { HealthReading } from '../../../foundation/probes/probe-reading.js';
import { probeHealth } from '../../../foundation/probes/probe-health.js';
import { readMetric } from '../../../foundation/probes/read-metric.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { HealthProbe, MetricProbe } from '../../../model/target-settings.js';

export interface Asked {
  /** Idle, on the target; null while it cannot be reached. */
  readonly session: Session | null;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type MetricValues = Readonly<Record<string, number | null>>;

/** Asks for every metric, the database's own one after another. Rejects only when the signal is aborted. */
export async function askMetrics({ session, metrics, clock, signal }: Asked): Promise<MetricValues> {
  const entries = Object.entries(metrics);
  const remote = entries.filter(([, { source }]) => source.kind !== 'sql');
  const own = entries.filter(([, { source }]) => source.kind === 'sql');
  const values = new Map<string, number | null>();
  const ask = async ([name, probe]: readonly [string, MetricProbe]): Promise<void> => {
    values.set(name, (await readMetric(probe, { session, clock, signal })).value);
  };
  await Promise.all(remote.map(ask));
  for (const one of own) await ask(one);
  return Object.fromEntries(entries.map(([name]) => [name, values.get(name) ?? null]));
}

/** What the application says; null where nothing is configured. Rejects only when the signal is aborted. */
export async function askHealth({ health, clock, signal }: Asked): Promise<HealthReading | null> {
  return health === null ? null : probeHealth(health, { clock, signal });
}

/**
 * Whether the application is well. No answer at all is a bad one, but not where nothing else answers either: then it is
 * this machine that reaches nobody.
 */
export function judgeHealth(
  reading: Pick<HealthReading, 'healthy' | 'status'> | null,
  others: { readonly reachable: boolean; readonly metrics: MetricValues },
): boolean | null {
  if (reading === null) return null;
  const isAlone = others.reachable || Object.values(others.metrics).some((value) => value !== null);
  return reading.status === null && !isAlone ? null : reading.healthy;
}
