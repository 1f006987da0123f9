import type { ApplyReport, ReportedStep } from '../../model/apply-report.js';
import { renderGates } from '../preflight/gate-lines.js';
import { verdictInWords as preflightInWords } from '../preflight/preflight-summary.js';
import { renderValidation } from '../validation/terminal.js';
import { type Layout, renderFacts, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { formatDuration } from '../units.js';
import { sqlOnOneLine } from '../visible-text.js';
import { costsInWords, failureInWords, headFacts, lightOf, outcomeInWords, verdictInWords } from './apply-summary.js';

/** Statements of a step, and characters of one, that are shown unless all are wanted. */
const usualStatements = 5;
const usualLength = 160;

/** The run for a terminal: gates, steps, and last in which state the database is and what to do. */
export function renderApplyTerminal(report: ApplyReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const lines = [
    ...renderFacts(layout, headFacts(report), palette.faint),
    '',
    ...renderPreflight(layout, report),
    ...report.steps.flatMap((step) => renderStep(layout, step)),
    ...report.notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
    ...renderCriteria(layout, report),
    '',
    ...renderEnd(layout, report),
  ];
  return `${lines.join('\n')}\n`;
}

function renderPreflight(layout: Layout, { preflight }: ApplyReport): readonly string[] {
  if (preflight === null) return [];
  const { palette } = layout;
  return [
    ...renderProse(layout, { head: 'Gates: ', text: preflightInWords(preflight) }, palette.title),
    ...renderGates(layout, preflight.gates),
    '',
  ];
}

function renderStep(layout: Layout, step: ReportedStep): readonly string[] {
  const { palette, verbose } = layout;
  const { id, path, sql, outcome } = step;
  const shown = verbose ? sql : sql.slice(0, usualStatements);
  const rest = sql.length - shown.length;
  const attempts = outcome?.attempts ?? [];
  const failed = attempts.flatMap(({ failure, durationMs }, index) =>
    failure === null ? [] : [{ failure, durationMs, number: index + 1 }],
  );
  return [
    renderRule(layout, `${id}  ${path}`, { text: outcomeInWords(step), paint: paintOf(palette, step) }),
    ...renderFacts({ ...layout, width: layout.width - 2 }, costsInWords(step), palette.faint).map(
      (line) => `  ${line}`,
    ),
    ...shown.flatMap((text) =>
      renderProse(layout, { head: '  ', text: sqlOnOneLine(text, verbose ? 4_000 : usualLength) }, palette.sql),
    ),
    ...(rest === 0 ? [] : [palette.faint(`  … and ${rest} more`)]),
    ...failed.flatMap(({ failure, durationMs, number }) =>
      renderProse(
        layout,
        { head: `  ✗ attempt ${number}, ${formatDuration(durationMs)}: `, text: failureInWords(failure) },
        step.outcome?.state === 'applied' ? palette.warn : palette.bad,
      ),
    ),
  ];
}

function paintOf(palette: Palette, { outcome }: ReportedStep): Paint {
  if (outcome === null) return palette.faint;
  return { applied: palette.good, 'not-applied': palette.bad, indeterminate: palette.bad }[outcome.state];
}

function renderCriteria(layout: Layout, { criteria }: ApplyReport): readonly string[] {
  if (!layout.verbose || criteria.length === 0) return [];
  const words = criteria.map(({ title, limit, unit }) => `${title}: ${limit} ${unit}`.trim());
  return renderProse(
    layout,
    { head: 'It would have ended by itself at: ', text: words.join('; ') },
    layout.palette.faint,
  );
}

function renderEnd(layout: Layout, report: ApplyReport): readonly string[] {
  const { palette } = layout;
  const light = { good: palette.good, warn: palette.warn, bad: palette.bad }[lightOf(report.verdict)];
  const strong: Paint = (text) => palette.title(light(text));
  const headline = verdictInWords(report).toUpperCase();
  return [
    ...renderProse(layout, { head: '', text: headline }, strong),
    ...renderProse(layout, { head: '', text: report.state }, strong),
    ...(report.validation === null ? [] : ['', ...renderValidation(layout, report.validation)]),
    ...(report.remedy === null ? [] : renderProse(layout, { head: '→ ', text: report.remedy }, palette.warn)),
  ];
}
