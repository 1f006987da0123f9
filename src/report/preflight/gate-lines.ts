import type { GateResult } from '../../model/preflight.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import type { Paint, Palette } from '../terminal/paint.js';
import { byWeight, type GateWeight, waiverInWords, weightOf } from './preflight-summary.js';

/** Gates with what they found, what to do, and who took the risk; those that pass are a line each. */
export function renderGates(layout: Layout, gates: readonly GateResult[]): readonly string[] {
  const { verbose, palette } = layout;
  const said = byWeight(gates).filter((gate) => verbose || weightOf(gate) !== 'pass');
  const open = gates.filter((gate) => !said.includes(gate)).map(({ id }) => id);
  return [
    ...said.flatMap((gate) => renderGate(layout, gate)),
    ...(open.length === 0 ? [] : renderProse(layout, { head: '✓ ', text: open.join(', ') }, palette.good)),
  ];
}

function renderGate(layout: Layout, gate: GateResult): readonly string[] {
  const { palette } = layout;
  const { id, title, verdict, reason, remedy } = gate;
  const waiver = waiverInWords(gate);
  const weight = weightOf(gate);
  const indent = { head: '      ' };
  return [
    ...renderProse(
      layout,
      { head: `${marks[weight]} ${verdict.padEnd(8)}`, text: `${id}: ${title}` },
      paintOf(palette, weight),
    ),
    ...renderProse(layout, { ...indent, text: reason }, palette.plain),
    ...(waiver === null ? [] : renderProse(layout, { ...indent, text: waiver }, palette.warn)),
    ...(remedy === null || waiver !== null ? [] : renderProse(layout, { head: '    → ', text: remedy }, palette.warn)),
  ];
}

const marks: Readonly<Record<GateWeight, string>> = { pass: '✓', warn: '!', block: '✗' };

function paintOf(palette: Palette, weight: GateWeight): Paint {
  return { pass: palette.good, warn: palette.warn, block: palette.bad }[weight];
}
