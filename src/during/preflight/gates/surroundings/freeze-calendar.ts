import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type DurationEstimate, durationSettings, estimateDuration, neededMs } from './change-duration.js';
import { momentOf, showInstant } from './zoned-time.js';

type Observation = DurationEstimate & {
  readonly timezone: string;
  readonly freezes: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
};

const remedy = 'Wait until it is over. What cannot wait needs a waiver that says who takes the risk.';

function decide({ freezes, timezone, estimateMs }: Observation, policy: GatePolicy): GateDecision {
  const now = policy.now.getTime();
  const end = now + neededMs(estimateMs ?? 0, policy);
  const meets = freezes.find(
    ({ from, to }) => momentOf(from, timezone, 'begin') < end && now < momentOf(to, timezone, 'end'),
  );
  if (meets === undefined) {
    return pass(
      freezes.length === 0 ? 'The target names no freeze.' : `None of the target's ${freezes.length} freezes is near.`,
    );
  }
  const [begin, over] = [momentOf(meets.from, timezone, 'begin'), momentOf(meets.to, timezone, 'end')];
  return begin <= now
    ? block(`There is a freeze until ${showInstant(over, timezone)}: ${meets.reason}.`, remedy)
    : block(
        `A freeze begins ${showInstant(begin, timezone)}, before the change is surely over: ${meets.reason}.`,
        remedy,
      );
}

export default defineGate<Observation>({
  id: 'freeze-calendar',
  title: 'Nothing is frozen now, or while the change runs',
  why: 'In a freeze the people who would mend things are away, or the traffic is at its yearly peak.',
  remedy,
  sources: [],
  blindSpot: 'It knows the freezes of the configuration, and no calendar besides.',
  settings: durationSettings,
  inspect: async ({ change, target: { window } }) => ({
    ...estimateDuration(change),
    timezone: window?.timezone ?? 'UTC',
    freezes: (window?.freezes ?? []).map(({ from, to, reason }) => ({ from, to, reason })),
  }),
  decide,
});
