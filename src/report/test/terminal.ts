import { fallsShort, type RollbackProof } from '../../model/rollback-proof.js';
import type { TestReport } from '../../model/test-report.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderFacts, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Palette, type Paint } from '../terminal/paint.js';
import { remarksOf, stageInWords, timesInWords, totalsInWords } from './test-summary.js';

const shownDifferences = 20;

/** The report for a terminal: one line for what is restored, the exact difference for what is not. */
export function renderTestTerminal(report: TestReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const head = `${report.tool.name} ${report.tool.version} · test of ${report.project.path}`;
  const lines = [
    ...renderProse(layout, { head: '', text: head }, palette.title),
    ...renderFacts(layout, stageInWords(report), palette.faint),
    '',
    ...report.migrations.flatMap((proof) => renderProof(layout, proof)),
    ...renderList(layout, 'Inconclusive', report.inconclusive),
    ...renderList(layout, 'Notes', report.notes),
    '',
    ...renderProse(layout, { head: '', text: totalsInWords(report) }, (text) =>
      palette.title(
        (report.migrations.some((proof) => fallsShort(proof, report.requireRollbacks)) ? palette.bad : palette.good)(
          text,
        ),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const isRestored = ({ verdict }: RollbackProof): boolean => verdict === 'restored';

function renderProof(layout: Layout, proof: RollbackProof): readonly string[] {
  const { palette, verbose } = layout;
  const title = renderRule(layout, `${proof.path} (${proof.rollback})`, {
    text: proof.verdict,
    paint: verdictPaint(proof, palette),
  });
  const times = timesInWords(proof);
  const { difference } = proof;
  const hidden = verbose ? 0 : Math.max(0, difference.length - shownDifferences);
  const differences = [
    ...difference.slice(0, difference.length - hidden),
    ...(hidden === 0 ? [] : [`… and ${hidden} more`]),
  ];
  return [
    title,
    ...(times === '' || (!verbose && isRestored(proof))
      ? []
      : renderProse(layout, { head: '  ', text: times }, palette.faint)),
    ...(proof.reason === null ? [] : renderProse(layout, { head: '  ', text: proof.reason }, palette.plain)),
    ...differences.flatMap((line) => renderProse(layout, { head: '    · ', text: line }, palette.plain)),
    ...remarksOf(proof).flatMap((line) => renderProse(layout, { head: '  ', text: line }, palette.faint)),
    ...(verbose && proof.sql !== null ? renderProse(layout, { head: '    ', text: proof.sql }, palette.plain) : []),
  ];
}

function verdictPaint({ verdict }: RollbackProof, palette: Palette): Paint {
  return {
    restored: palette.good,
    'not-restored': palette.bad,
    failed: palette.bad,
    refused: palette.warn,
    'no-rollback': palette.warn,
  }[verdict];
}

function renderList(layout: Layout, title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const { palette } = layout;
  return [
    '',
    palette.title(title),
    ...items.flatMap((item) => renderProse(layout, { head: '  · ', text: item }, palette.plain)),
  ];
}
