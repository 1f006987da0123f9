import {
  type AssertionResult,
  findingsOf,
  type VerifyFinding,
  type VerifyReport,
  type VerifyWeight,
} from '../../model/verify-report.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import {
  dataInWords,
  headFacts,
  lookedInWords,
  notVerifiedInWords,
  rangeInWords,
  unreadFindings,
  verdictInWords,
} from './verify-summary.js';

/** What was found for a terminal, the gravest first and the verdict last. */
export function renderVerifyTerminal(report: VerifyReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const data = dataInWords(report);
  const findings = [...findingsOf(report), ...unreadFindings(report)];
  const paint = { passed: palette.good, failed: palette.bad, incomplete: palette.warn }[report.verdict];
  const lines = [
    ...renderFacts(layout, headFacts(report), palette.faint),
    ...(data === null ? [] : renderProse(layout, { head: '', text: data }, palette.plain)),
    '',
    ...findings.flatMap((finding) => renderFinding(layout, finding)),
    ...renderAssertions(layout, report.assertions),
    ...notVerifiedInWords(report).flatMap((text) => renderProse(layout, { head: '- ', text }, palette.warn)),
    ...report.notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
    '',
    ...renderProse(layout, { head: '', text: `${report.verdict}: ${verdictInWords(report)}` }, (text) =>
      palette.title(paint(text)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function renderFinding(
  layout: Layout,
  { assertion, weight, message, remedy, range }: VerifyFinding,
): readonly string[] {
  const { palette } = layout;
  const paint = paintOf(palette, weight);
  return [
    ...renderProse(layout, { head: `${marks[weight]} ${weight.padEnd(8)}`, text: message }, paint),
    ...renderProse(layout, { head: '          ', text: assertion }, palette.faint),
    ...(range === null ? [] : renderProse(layout, { head: '          ', text: rangeInWords(range) }, palette.plain)),
    ...(remedy === null ? [] : renderProse(layout, { head: '        → ', text: remedy }, palette.warn)),
  ];
}

/** Those that hold are one line together, unless everything is asked for. */
function renderAssertions(layout: Layout, assertions: readonly AssertionResult[]): readonly string[] {
  const { palette, verbose } = layout;
  const holding = assertions.filter(({ verdict }) => verdict === 'pass');
  const skipped = assertions.filter(({ verdict }) => verdict === 'skipped').map(({ id }) => id);
  const held = verbose
    ? holding.flatMap((one) =>
        renderProse(layout, { head: '✓ ', text: `${one.id}: ${one.title} (${lookedInWords(one)})` }, palette.good),
      )
    : renderProse(layout, { head: '✓ ', text: holding.map(({ id }) => id).join(', ') }, palette.good);
  return [
    ...(holding.length === 0 ? [] : held),
    ...(skipped.length === 0
      ? []
      : renderProse(layout, { head: '- ', text: `left out, as asked: ${skipped.join(', ')}` }, palette.warn)),
  ];
}

const marks: Readonly<Record<VerifyWeight, string>> = { error: '✗', unknown: '?', warning: '!', info: '·' };

function paintOf(palette: Palette, weight: VerifyWeight): Paint {
  return { error: palette.bad, unknown: palette.warn, warning: palette.warn, info: palette.faint }[weight];
}
