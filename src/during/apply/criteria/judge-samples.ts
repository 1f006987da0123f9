import type { AgreedCriterion, RunSample } from '../../../model/abort-criterion.js';
import type { AbortReason } from '../../../model/apply-run.js';
import type { MetricProbe } from '../../../model/target-settings.js';
import { criteria } from './index.js';

/** A figure that is compared with its limit, as it was agreed before the run. */
export interface LiveCriterion extends AgreedCriterion {
  readonly read: (samples: readonly RunSample[]) => number | null;
}

/** A configured metric above its own limit has to stay there for so long. */
const metricForMs = 5_000;

export interface AgreedOptions {
  readonly tier: number;
  /** `policy.limits.abort`: a limit by the criterion's id, null to switch it off. */
  readonly set: Readonly<Record<string, number | null>>;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
}

/** What holds for a run: the criteria with the limits of the tier or the project, and every metric that has a limit. */
export function agreeOnCriteria({ tier, set, metrics }: AgreedOptions): readonly LiveCriterion[] {
  const own = criteria.flatMap(({ id, title, unit, limits, forMs, read }) => {
    const limit = id in set ? set[id] : limits[Math.min(tier, 3)];
    return limit == null ? [] : [{ id, title, unit, limit, forMs, read }];
  });
  const configured = Object.entries(metrics).flatMap(([name, { limit }]) =>
    limit === null ? [] : [ofMetric(name, limit)],
  );
  return [...own, ...configured];
}

function ofMetric(name: string, limit: number): LiveCriterion {
  const read = (samples: readonly RunSample[]): number | null => samples.at(-1)?.metrics[name] ?? null;
  return { id: `metric:${name}`, title: `${name} is above its limit`, unit: '', limit, forMs: metricForMs, read };
}

/** The first criterion that has been beyond its limit for as long as it takes; null when there is none. Pure. */
export function judgeSamples(samples: readonly RunSample[], agreed: readonly LiveCriterion[]): AbortReason | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  for (const { id, title, unit, limit, forMs, read } of agreed) {
    const value = read(samples);
    if (value === null || value <= limit || !heldFor(samples, { limit, forMs, read })) continue;
    const lasted = forMs === 0 ? '' : ` for ${forMs / 1000} s`;
    return {
      criterion: id,
      reason: `${title}: ${shown(value)} ${unit}`.trimEnd() + `; the limit is ${shown(limit)}${lasted}.`,
      observation: { value, limit, unit, forMs },
    };
  }
  return null;
}

/** A sample that does not know breaks the time no less than one that is within the limit. */
function heldFor(
  samples: readonly RunSample[],
  { limit, forMs, read }: Pick<LiveCriterion, 'limit' | 'forMs' | 'read'>,
): boolean {
  const end = samples.at(-1)?.atMs ?? 0;
  for (let count = samples.length; count > 0; count--) {
    const value = read(samples.slice(0, count));
    if (value === null || value <= limit) return false;
    if (end - (samples[count - 1]?.atMs ?? end) >= forMs) return true;
  }
  return false;
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
