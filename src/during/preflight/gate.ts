import type { JsonValue } from '../../model/json.js';
import type { GatePage } from '../../model/gate-page.js';
import type { GateDecision } from '../../model/preflight.js';
import type { GateContext, GatePolicy } from './gate-context.js';

/**
 * A precondition of a change. Looking and judging are apart: what was seen is recorded, and anybody can judge it again.
 * Its words are what `explain` shows.
 */
export interface Gate<Observation extends JsonValue = JsonValue> extends Omit<GatePage, 'settings'> {
  readonly settings?: GatePage['settings'];
  /**
   * Only looks: in short read-only transactions, opening no relation that may be locked unless it says why. The policy
   * says where to look and how long; it judges nothing here.
   */
  readonly inspect: (context: GateContext, policy: GatePolicy) => Promise<Observation>;
  /** Pure. */
  readonly decide: (observation: Observation, policy: GatePolicy) => GateDecision;
}

/** Lets the observation's type be inferred from `inspect`, and forgotten in the list. */
export function defineGate<Observation extends JsonValue>(gate: Gate<Observation>): Gate {
  return gate as unknown as Gate;
}

export function pass(reason: string): GateDecision {
  return { verdict: 'pass', reason, remedy: null };
}

export function warn(reason: string, remedy: string): GateDecision {
  return { verdict: 'warn', reason, remedy };
}

export function block(reason: string, remedy: string): GateDecision {
  return { verdict: 'block', reason, remedy };
}

/** It could not be found out, which is no pass. */
export function unknown(reason: string, remedy: string): GateDecision {
  return { verdict: 'unknown', reason, remedy };
}
