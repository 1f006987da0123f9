import { readMetric } from '../../../../foundation/probes/read-metric.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { firstOf } from '../../in-words.js';

/** Setting `errorRate`: the share of failing requests that is still usual, where the metric names no limit. */
const errorRate: ByTier = [0.01, 0.01, 0.01, 0.01];

type Figure = {
  readonly name: string;
  readonly value: number | null;
  readonly problem: string | null;
  readonly limit: number | null;
  readonly typical: number | null;
  readonly peak: number | null;
};

type Observation = { readonly figures: readonly Figure[] };

const remedy = 'Wait for a quieter hour, or find out first what loads the system.';
const configure =
  'Name figures under metrics of the target, each with what it typically is and what it is at the peak: queriesPerSecond: { prometheus: …, query: …, typical: 800, peak: 3000 }.';

/** The lowest of what the figure must not pass. */
function ceilingOf({ name, limit, peak }: Figure, policy: GatePolicy): number | null {
  const usual = name === 'errorRate' && limit === null ? limitOf(policy, 'errorRate', errorRate) : limit;
  const ceilings = [usual, peak].filter((one) => one !== null);
  return ceilings.length === 0 ? null : Math.min(...ceilings);
}

function decide({ figures }: Observation, policy: GatePolicy): GateDecision {
  const isDemanded = policy.tier <= 1;
  const judged = figures
    .map((figure) => ({ ...figure, ceiling: ceilingOf(figure, policy) }))
    .filter(({ ceiling, typical }) => ceiling !== null || typical !== null);
  if (judged.length === 0) {
    const found = 'What load is usual for this target is not known';
    return isDemanded ? unknown(`${found}.`, configure) : warn(`${found}; its tier does not ask for it.`, configure);
  }
  const words = ({ name, value }: Figure): string => `${name} is ${value ?? 'not known'}`;
  const over = judged.filter(({ value, ceiling }) => value !== null && ceiling !== null && value > ceiling);
  if (over.length > 0)
    return block(
      `Too much for a change: ${firstOf(over.map((one) => `${words(one)}, at most ${one.ceiling ?? ''}`))}.`,
      remedy,
    );
  const silent = judged.filter(({ value }) => value === null);
  if (silent.length > 0)
    return unknown(
      `Not known: ${firstOf(silent.map(({ name, problem }) => `${name} (${problem ?? 'no answer'})`))}.`,
      'See that the source of the figure answers.',
    );
  const busy = judged.filter(({ value, typical }) => typical !== null && value !== null && value > typical);
  if (busy.length > 0)
    return warn(
      `More than typical: ${firstOf(busy.map((one) => `${words(one)}, typically ${one.typical ?? ''}`))}.`,
      remedy,
    );
  return pass(`Load is as usual: ${firstOf(judged.map(words))}.`);
}

export default defineGate<Observation>({
  id: 'load-envelope',
  title: 'The load is within what is known to be usual',
  why: 'At a peak every lock is waited for by more, every build takes longer, and there is no reserve for what goes wrong.',
  remedy,
  sources: [],
  blindSpot: 'Each figure is read once, and is as good as its source; nothing is known of the next minutes.',
  settings: [
    {
      name: 'errorRate',
      meaning: 'The share of failing requests that is still usual, for a metric of that name without a limit',
      byTier: errorRate,
    },
  ],
  inspect: async ({ target, session, clock, signal }) => {
    const figures: Observation['figures'][number][] = [];
    // One after the other: figures that the database gives share its session.
    for (const [name, probe] of Object.entries(target.metrics)) {
      const { value, problem } = await readMetric(probe, { session, clock, signal });
      const { limit, typical, peak } = probe;
      figures.push({ name, value, problem, limit, typical, peak });
    }
    return { figures };
  },
  decide,
});
