import type { WatchReport } from '../../model/watch-report.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette, type Paint } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { comparisonLines } from './comparison-lines.js';
import { stepLocksInWords } from './step-locks.js';
import {
  answerInWords,
  automaticInWords,
  surpriseInWords,
  termsInWords,
  watchHead,
  watchLight,
  watchVerdict,
} from './watch-summary.js';

/** A watch for a terminal: the questions with their answers, what was surprising, and last the decision. */
export function renderWatchTerminal(report: WatchReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const section = (title: string, lines: readonly string[], paint: Paint = palette.plain): readonly string[] =>
    lines.length === 0
      ? []
      : [palette.title(title), ...lines.flatMap((text) => renderProse(layout, { head: '  ', text }, paint)), ''];
  const lines = [
    ...renderFacts(layout, watchHead(report), palette.faint),
    '',
    ...section('The decision tree', report.decision.path.map(answerInWords)),
    ...section(
      'At fault, and not before',
      report.faults.map(({ message }) => message),
      palette.bad,
    ),
    ...section('Before the change, and now', comparisonLines(report.comparison)),
    ...section('Locks of the change', stepLocksInWords(report.steps)),
    ...section('For the review', report.surprises.map(surpriseInWords), palette.warn),
    ...section('What was done', automaticInWords(report)),
    ...report.notes.flatMap((text) => renderProse(layout, { head: '· ', text }, palette.faint)),
    '',
    ...renderEnd(layout, report),
  ];
  return `${lines.join('\n')}\n`;
}

function renderEnd(layout: Layout, report: WatchReport): readonly string[] {
  const { palette } = layout;
  const light = palette[watchLight(report.decision)];
  return [
    ...renderProse(layout, { head: '', text: watchVerdict(report).toUpperCase() }, (text) =>
      palette.title(light(text)),
    ),
    ...renderProse(layout, { head: '', text: report.decision.reason }, light),
    ...termsInWords(report).flatMap((text) => renderProse(layout, { head: '→ ', text }, palette.warn)),
  ];
}
