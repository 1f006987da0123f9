import type { GateDecision } from '../../../../model/preflight.js';
import type { Weekday } from '../../../../model/target-settings.js';
import { block, defineGate, pass, unknown } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { durationInWords } from '../../in-words.js';
import { type DurationEstimate, durationSettings, estimateDuration, neededMs } from './change-duration.js';
import { nextOpening, openUntil, type WindowHours } from './window-hours.js';
import { showInstant } from './zoned-time.js';

type Observation = DurationEstimate & {
  readonly days: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly timezone: string;
};

const remedy =
  'Run it inside the window of the target, split it into parts that fit, or agree on a longer one: window under targets.';

function decide(seen: Observation, policy: GatePolicy): GateDecision {
  const { from, to, timezone, estimateMs, days } = seen;
  if (from === null || to === null) {
    return policy.controls.includes('maintenance window')
      ? block(
          'The tier asks for a maintenance window, and the target names none.',
          'Set window: { days, from, to, timezone } of the target.',
        )
      : pass('The target names no hours for changes, and its tier asks for none.');
  }
  const hours: WindowHours = { days: days.split(' ') as Weekday[], from, to, timezone };
  const now = policy.now.getTime();
  const until = openUntil(now, hours);
  if (until === null) {
    const next = nextOpening(now, hours);
    return block(
      `It is outside of the window${next === null ? '' : `, which opens ${showInstant(next, timezone)}`}.`,
      remedy,
    );
  }
  const left = `The window is open for another ${durationInWords(until - now)}, until ${showInstant(until, timezone)}`;
  if (estimateMs === null)
    return unknown(
      `${left}; how long the change takes is not known.`,
      'Rehearse it, or try a way back with `lockkeeper test` or `lockkeeper rollback prove`; or state its duration in the header: -- Estimated Duration: 30 seconds.',
    );
  const needed = neededMs(estimateMs, policy);
  const wanted = `${durationInWords(needed)} are wanted for a change of about ${durationInWords(estimateMs)}`;
  return until - now < needed ? block(`${left}; ${wanted}.`, remedy) : pass(`${left}; ${wanted}.`);
}

export default defineGate<Observation>({
  id: 'maintenance-window',
  title: 'It is the agreed time, and enough is left of it',
  why: 'A change that is still running when the window ends runs into the traffic, and going back takes as long again.',
  remedy,
  sources: [],
  blindSpot:
    'The estimate is what the rehearsal (of a way back: its test or proof) took with its data on its machine, or what the header of the file says, whichever is longer.',
  settings: durationSettings,
  inspect: async ({ change, target: { window } }) => ({
    ...estimateDuration(change),
    days: (window?.days ?? []).join(' '),
    from: window?.from ?? null,
    to: window?.to ?? null,
    timezone: window?.timezone ?? 'UTC',
  }),
  decide,
});
