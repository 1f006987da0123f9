import type { GateResult, PreflightReport } from '../../model/preflight.js';
import { formatCounted, formatDuration } from '../units.js';

/** A waived gate weighs no more than a warning. */
export type GateWeight = 'pass' | 'warn' | 'block';

export function weightOf({ verdict, waiver }: GateResult): GateWeight {
  if (verdict === 'pass' || verdict === 'warn') return verdict;
  return waiver === null ? 'block' : 'warn';
}

/** `blocked: 1 gate blocks, 2 unknown`, `go: 22 gates pass`. */
export function verdictInWords({ gates, verdict }: PreflightReport): string {
  const counted = (wanted: (gate: GateResult) => boolean) => gates.filter(wanted).length;
  const blocking = counted((gate) => gate.verdict === 'block' && gate.waiver === null);
  const unknown = counted((gate) => gate.verdict === 'unknown' && gate.waiver === null);
  const waived = counted(({ waiver }) => waiver !== null);
  const warned = counted((gate) => gate.verdict === 'warn' && gate.waiver === null);
  const passed = counted((gate) => gate.verdict === 'pass');
  const counts = [
    ...(blocking === 0 ? [] : [`${formatCounted(blocking, 'gate')} closed`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(warned === 0 ? [] : [`${warned} with a warning`]),
    ...(passed === 0 ? [] : [`${passed} open`]),
  ];
  const head = { pass: 'go', warn: 'go, with warnings', block: 'blocked' }[verdict];
  return counts.length === 0 ? `${head}: no gate was asked` : `${head}: ${counts.join(', ')}`;
}

export function waiverInWords({ waiver }: GateResult): string | null {
  if (waiver === null) return null;
  const { by, reason, grantedAt, expiresAt } = waiver;
  return `waived by ${by} on ${grantedAt}, until ${expiresAt}: ${reason}`;
}

/** Those that somebody has to look at first. */
export function byWeight(gates: readonly GateResult[]): readonly GateResult[] {
  const order: readonly GateWeight[] = ['block', 'warn', 'pass'];
  return gates.toSorted((one, other) => order.indexOf(weightOf(one)) - order.indexOf(weightOf(other)));
}

export function headFacts({ tool, server, target, tier, durationMs }: PreflightReport): readonly string[] {
  return [
    `${tool.name} ${tool.version} · preflight of ${target ?? 'a database'}`,
    `tier ${tier}`,
    `PostgreSQL ${server.version}`,
    formatDuration(durationMs),
  ];
}
