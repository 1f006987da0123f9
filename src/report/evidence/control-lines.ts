import type { ControlReport, JudgedControl } from '../../model/controls.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import {
  controlsInWords,
  shortDigest,
  shortTime,
  sourceInWords,
  stateLooks,
  stateMarks,
  stateWords,
} from './evidence-words.js';

/** The required steps of one change, each with its figures and what to do. */
export function renderControls(layout: Layout, report: ControlReport): readonly string[] {
  const { palette } = layout;
  const { controls, complete } = report;
  const phases = [...new Set(controls.map(({ phase }) => phase))];
  return [
    ...renderFacts(layout, headOf(report), palette.title),
    ...phases.flatMap((phase) => [
      palette.faint(`  ${phase}`),
      ...controls.filter((one) => one.phase === phase).flatMap((one) => renderControl(layout, one)),
    ]),
    ...renderProse(layout, { head: '  ', text: `${controlsInWords(report)}.` }, complete ? palette.good : palette.warn),
  ];
}

function headOf(report: ControlReport): readonly string[] {
  const { changeDigest, migrations, target, tier, risk, applied, appliedAt } = report;
  return [
    `change ${shortDigest(changeDigest)}`,
    migrations.join(', ') || 'no migration is named',
    `risk ${risk ?? 'unknown'}`,
    `${target ?? 'no target by name'}, tier ${tier ?? 'unknown'}`,
    applied === 'no' ? 'not applied' : `${applied}${appliedAt === null ? '' : ` ${shortTime(appliedAt)}`}`,
  ];
}

function renderControl(layout: Layout, control: JudgedControl): readonly string[] {
  const { palette } = layout;
  const { title, state, figures, remedy, demandedBy } = control;
  const source = sourceInWords(control);
  const head = `  ${stateMarks[state]} ${stateWords[state].padEnd(11)}`;
  const indent = ' '.repeat(15);
  const asked = `${title} (${demandedBy.join(', ')})`;
  return [
    ...renderProse(layout, { head, text: asked }, palette[stateLooks[state]]),
    ...(figures === null ? [] : renderProse(layout, { head: indent, text: figures }, palette.plain)),
    ...(source === '' ? [] : renderProse(layout, { head: indent, text: source }, palette.faint)),
    ...(remedy === null ? [] : renderProse(layout, { head: `${' '.repeat(13)}→ `, text: remedy }, palette.warn)),
  ];
}
