import { probeHealth } from '../../../../foundation/probes/probe-health.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import type { GatePolicy } from '../../gate-context.js';

/** Setting `samples`: how often it is asked. */
const samples: ByTier = [3, 3, 2, 1];
const betweenMs = 500;

type Observation = {
  readonly configured: boolean;
  readonly readings: readonly {
    readonly healthy: boolean;
    readonly problem: string | null;
    readonly durationMs: number;
  }[];
};

const remedy =
  'Bring the application into order first: what is ill before a change cannot tell whether the change made it so.';
const configure = 'Name the address under health of the target: health: { url, status, body, timeoutMs }.';

function decide({ configured, readings }: Observation, { tier }: GatePolicy): GateDecision {
  if (!configured) {
    return tier <= 1
      ? unknown('How the application is, nobody can say: the target names no health.', configure)
      : warn('The target names no health; its tier does not ask for it.', configure);
  }
  const ill = readings.find(({ healthy }) => !healthy);
  if (ill !== undefined) return block(`The application is not well: ${ill.problem ?? 'it says so'}.`, remedy);
  if (readings.length === 0) return unknown('The application was not asked.', configure);
  const slowest = Math.max(...readings.map(({ durationMs }) => durationMs));
  return pass(
    `The application was well ${readings.length} times out of ${readings.length}, answering within ${Math.round(slowest)} ms.`,
  );
}

export default defineGate<Observation>({
  id: 'application-health',
  title: 'The application is well before the change',
  why: 'Health is what a run is aborted by. Of an application that is ill already it could not be said who did it.',
  remedy,
  sources: [],
  blindSpot: 'It is as good as the address that is asked: one that answers without touching the database sees no lock.',
  settings: [{ name: 'samples', meaning: 'How often the application is asked', byTier: samples }],
  inspect: async ({ target: { health }, clock, signal }, policy) => {
    if (health === null) return { configured: false, readings: [] };
    const readings: Observation['readings'][number][] = [];
    const count = limitOf(policy, 'samples', samples);
    while (readings.length < count) {
      if (readings.length > 0) await clock.sleep(betweenMs, signal);
      const { healthy, problem, durationMs } = await probeHealth(health, { clock, signal });
      readings.push({ healthy, problem, durationMs });
      if (!healthy) break;
    }
    return { configured: true, readings };
  },
  decide,
});
