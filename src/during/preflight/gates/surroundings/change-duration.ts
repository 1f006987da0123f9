import type { GateSetting } from '../../../../model/gate-page.js';
import type { GateChange, GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';

/** How long a change takes, as far as anybody knows. */
export type DurationEstimate = {
  /** Null where nothing tells. */
  readonly estimateMs: number | null;
  readonly source: 'rehearsal' | 'way back' | 'header' | null;
};

/** The longer of what it took when it was tried, by a rehearsal or a proof of the way back, and what the files' headers promise. */
export function estimateDuration({ rehearsal, wayBackMs, migrations }: GateChange): DurationEstimate {
  const source = wayBackMs === null ? 'rehearsal' : 'way back';
  const rehearsed =
    rehearsal?.verdict === 'passed' ? sum(rehearsal.migrations.map(({ durationMs }) => durationMs)) : wayBackMs;
  const claims = migrations.map(({ claims: own }) => own.find((claim) => claim.kind === 'duration'));
  const promised = claims.every((claim) => claim !== undefined)
    ? sum(claims.map((claim) => (claim?.kind === 'duration' ? claim.durationMs : 0)))
    : null;
  if (rehearsed === null && (promised === null || migrations.length === 0)) return { estimateMs: null, source: null };
  if (promised === null || (rehearsed ?? 0) >= promised) return { estimateMs: rehearsed ?? 0, source };
  return { estimateMs: promised, source: 'header' };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Setting `factor`: how many times the estimate has to fit. */
const factor: ByTier = [2, 2, 2, 2];
/** Setting `bufferMinutes`: what has to be left over after that, for going back too. */
const bufferMinutes: ByTier = [60, 60, 60, 60];

export const durationSettings: readonly GateSetting[] = [
  { name: 'factor', meaning: 'How many times the estimate has to fit', byTier: factor },
  { name: 'bufferMinutes', meaning: 'What has to be left over after that, in minutes', byTier: bufferMinutes },
];

/** The time that has to be free for a change. */
export function neededMs(estimateMs: number, policy: GatePolicy): number {
  return limitOf(policy, 'factor', factor) * estimateMs + limitOf(policy, 'bufferMinutes', bufferMinutes) * 60_000;
}
