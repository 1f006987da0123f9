import type { JsonValue } from '../../model/json.js';
import type { GatePolicy } from './gate-context.js';

/** A limit for each tier, 0 (the most critical) to 3; higher tiers have the last. */
export type ByTier = readonly [number, number, number, number];

/** A limit that the project sets, as one number or as one for each tier (`{ "0": 5, "1": 10 }`), else the default of the tier. */
export function limitOf(policy: GatePolicy, name: string, defaults: ByTier): number {
  const set = policy.settings[name];
  if (typeof set === 'number') return set;
  const ofTier = isRecord(set) ? set[String(policy.tier)] : undefined;
  return typeof ofTier === 'number' ? ofTier : (defaults[Math.min(policy.tier, 3)] ?? defaults[3]);
}

/** A text that the project sets; null where it sets none. */
export function textSetting(policy: GatePolicy, name: string): string | null {
  const set = policy.settings[name];
  return typeof set === 'string' && set !== '' ? set : null;
}

export function isRecord(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
