import type { DiffReport, ReportedDifference } from '../../model/diff-report.js';
import type { FactDifference } from '../../model/schema-snapshot.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette, type Paint } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { describeFact } from './fact-text.js';
import { othersInWords, sidesInWords, verdictInWords } from './diff-summary.js';

const marks = { added: '+', removed: '-', changed: '~' } as const;

/** For a terminal: object by object, what was (-) and what is (+). */
export function renderDiffTerminal(report: DiffReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const others = othersInWords(report);
  const lines = [
    ...renderProse(layout, { head: '', text: `${report.tool.name} ${report.tool.version} · diff` }, palette.title),
    ...sidesInWords(report).flatMap((side) => renderFacts(layout, [side], palette.faint)),
    ...(report.differences.length === 0 ? [] : ['']),
    ...report.differences.flatMap((difference) => renderDifference(layout, difference)),
    '',
    ...[...report.normalisations, ...report.notes].flatMap((note) =>
      renderProse(layout, { head: '· ', text: note }, palette.faint),
    ),
    ...(others === null ? [] : renderProse(layout, { head: '', text: others }, palette.warn)),
    ...renderProse(layout, { head: '', text: verdictInWords(report) }, (text) =>
      palette.title((report.same ? palette.good : palette.bad)(text)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function renderDifference(layout: Layout, { change, kind, identity, facts }: ReportedDifference): readonly string[] {
  const { palette } = layout;
  const paint: Paint = { added: palette.good, removed: palette.bad, changed: palette.warn }[change];
  const title = renderProse(layout, { head: `${marks[change]} `, text: `${kind} ${identity}` }, paint);
  return [...title, ...facts.flatMap((fact) => renderFact(layout, fact))];
}

function renderFact(layout: Layout, fact: FactDifference): readonly string[] {
  const { palette } = layout;
  const { label, removed, added } = describeFact(fact);
  const whole = [...removed, ...added];
  // One side, one line: the object's own mark says which side it is.
  if (whole.length === 1 && (fact.before === undefined || fact.after === undefined)) {
    const paint = added.length === 1 ? palette.good : palette.bad;
    return renderProse(
      layout,
      { head: `    ${label}: ${added.length === 1 ? '+ ' : '- '}`, text: whole[0] ?? '' },
      paint,
    );
  }
  return [
    palette.faint(`    ${label}:`),
    ...removed.flatMap((text) => renderProse(layout, { head: '      - ', text }, palette.bad)),
    ...added.flatMap((text) => renderProse(layout, { head: '      + ', text }, palette.good)),
  ];
}
