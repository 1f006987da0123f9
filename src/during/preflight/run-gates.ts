import type { JsonValue } from '../../model/json.js';
import type { GateDecision, GateResult, Waiver } from '../../model/preflight.js';
import { type Gate, unknown } from './gate.js';
import type { GateContext, GatePolicy } from './gate-context.js';

export interface GateRun {
  readonly gates: readonly Gate[];
  readonly context: GateContext;
  /** The policy as one gate sees it. */
  readonly policyOf: (gateId: string) => GatePolicy;
  readonly waivers: readonly Waiver[];
  readonly onGate: (gate: Gate) => void;
}

/** Asks gate after gate: they share one session. What a gate cannot find out is its result, not an exception. */
export async function runGates(run: GateRun): Promise<readonly GateResult[]> {
  const results: GateResult[] = [];
  for (const gate of run.gates) {
    run.context.signal.throwIfAborted();
    run.onGate(gate);
    results.push(await askGate(gate, run));
  }
  return results;
}

async function askGate(gate: Gate, { context, policyOf, waivers }: GateRun): Promise<GateResult> {
  const start = context.clock.now();
  const policy = policyOf(gate.id);
  const { observation, decision } = await lookAndDecide(gate, context, policy);
  return {
    id: gate.id,
    title: gate.title,
    ...decision,
    observation,
    waiver: decision.verdict === 'pass' ? null : waiverFor(gate.id, { waivers, context, now: policy.now }),
    durationMs: context.clock.now() - start,
  };
}

async function lookAndDecide(
  gate: Gate,
  context: GateContext,
  policy: GatePolicy,
): Promise<{ readonly observation: JsonValue; readonly decision: GateDecision }> {
  try {
    const observation = await gate.inspect(context, policy);
    return { observation, decision: gate.decide(observation, policy) };
  } catch (cause) {
    context.signal.throwIfAborted();
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { observation: { problem }, decision: unknown(`It could not be found out: ${problem}`, gate.remedy) };
  }
}

function waiverFor(
  gate: string,
  { waivers, context, now }: { waivers: readonly Waiver[]; context: GateContext; now: Date },
): Waiver | null {
  const { name } = context.target;
  const valid = (waiver: Waiver): boolean =>
    waiver.gate === gate && waiver.target === name && Date.parse(waiver.expiresAt) > now.getTime();
  return waivers.find(valid) ?? null;
}

/** What all results come to: one that blocks or is unknown, and is not waived, blocks the change. */
export function verdictOfGates(results: readonly GateResult[]): 'pass' | 'warn' | 'block' {
  const stops = ({ verdict, waiver }: GateResult): boolean =>
    waiver === null && (verdict === 'block' || verdict === 'unknown');
  if (results.some(stops)) return 'block';
  return results.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'warn';
}
