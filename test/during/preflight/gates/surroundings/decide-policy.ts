import type { Gate } from '../../../../../src/during/preflight/gate.js';
import type { GatePolicy } from '../../../../../src/during/preflight/gate-context.js';
import type { JsonValue } from '../../../../../src/model/json.js';

const now = new Date('2026-06-15T12:00:00Z');

export function policyFor(fields: Partial<GatePolicy> = {}): GatePolicy {
  return { tier: 1, settings: {}, now, controls: ['rehearsal', 'restore proof', 'second approver'], ...fields };
}

/** Verdict and reason, as one text; every verdict but `pass` has to come with a remedy. */
export function decided(gate: Gate, observation: JsonValue, fields: Partial<GatePolicy> = {}): string {
  const { verdict, reason, remedy } = gate.decide(observation, policyFor(fields));
  if ((remedy === null) !== (verdict === 'pass')) throw new Error(`a remedy is missing, or too many: ${reason}`);
  return `${verdict}: ${reason}`;
}

export const daysAgo = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
