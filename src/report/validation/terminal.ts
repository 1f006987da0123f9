import type { ValidationOutcome, ValidationReport } from '../../model/validation-report.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { comparisonLines } from '../watch/comparison-lines.js';
import { checkInWords, validationHead, validationVerdict } from './validation-summary.js';

/** What was found after a change, for a terminal; last what it means. */
export function renderValidationTerminal(report: ValidationReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const head = renderFacts(layout, validationHead(report), layout.palette.faint);
  return `${[...head, '', ...renderValidation(layout, report)].join('\n')}\n`;
}

/** The same as a part of another report. */
export function renderValidation(layout: Layout, report: ValidationReport): readonly string[] {
  const { palette } = layout;
  const light = report.verdict === 'passed' ? palette.good : report.verdict === 'failed' ? palette.bad : palette.warn;
  const compared = comparisonLines(report.comparison);
  return [
    ...report.checks.flatMap((check) =>
      renderProse(layout, { head: '', text: checkInWords(check) }, paintOf(palette, check.outcome)),
    ),
    ...(compared.length === 0 ? [] : ['', palette.title('Before the change, and now')]),
    ...compared.flatMap((text) => renderProse(layout, { head: '  ', text }, palette.plain)),
    ...report.notes.flatMap((text) => renderProse(layout, { head: '· ', text }, palette.faint)),
    '',
    ...renderProse(layout, { head: '', text: validationVerdict(report).toUpperCase() }, (text) =>
      palette.title(light(text)),
    ),
    ...renderProse(layout, { head: '→ ', text: report.decision }, light),
  ];
}

function paintOf(palette: Palette, outcome: ValidationOutcome): Paint {
  const paints = { passed: palette.good, warned: palette.warn, failed: palette.bad, unknown: palette.warn };
  return outcome === 'skipped' ? palette.faint : paints[outcome];
}
