import type { Finding, Rehearsal } from '../model/rehearsal.js';
import {
  type RehearsalSummary,
  countsInWords,
  findingsInWords,
  stageInWords,
  summarizeRehearsal,
  verdictReasons,
} from './rehearsal-summary.js';
import { type Layout, renderFacts, renderProse } from './terminal/layout.js';
import { renderMigration } from './terminal/migration-block.js';
import { makePalette } from './terminal/paint.js';
import { lockInWords } from './lock-summary.js';
import { formatBytes, formatDuration, formatGrowth } from './units.js';

export interface TerminalOptions {
  /** Columns; anything below 40 is treated as 40. */
  readonly width: number;
  readonly color: boolean;
  /** Every lock, new files, buffer hits, commit and WAL records too. */
  readonly verbose?: boolean;
}

/** The report for a terminal: no line is wider than `width`, and without colour there is no escape in it. Ends in a newline. */
export function renderTerminal(rehearsal: Rehearsal, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const summary = summarizeRehearsal(rehearsal);
  const lines = [
    ...renderHead(layout, rehearsal),
    ...rehearsal.migrations.flatMap((migration) => renderMigration(layout, migration)),
    ...renderFindings(layout, rehearsal.findings),
    ...renderNotes(layout, rehearsal.notes),
    ...renderTotals(layout, summary),
    ...renderVerdict(layout, rehearsal, summary),
  ];
  return `${lines.join('\n')}\n`;
}

function renderHead(layout: Layout, rehearsal: Rehearsal): readonly string[] {
  const { title, faint } = layout.palette;
  const name = `${rehearsal.tool.name} ${rehearsal.tool.version} · rehearsal of ${rehearsal.project.path}`;
  return [
    ...renderProse(layout, { head: '', text: name }, title),
    ...renderFacts(layout, stageInWords(rehearsal), faint),
    '',
  ];
}

function renderFindings(layout: Layout, findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const { palette } = layout;
  const blocks = findings.flatMap((finding) => {
    const place = `${finding.path}:${finding.line}`;
    return [
      ...renderProse(
        layout,
        { head: '  ', text: `${finding.severity} ${finding.id}` },
        palette.severity[finding.severity],
      ),
      ...renderProse(layout, { head: '    ', text: place }, palette.faint),
      ...renderProse(layout, { head: '    ', text: finding.message }, palette.plain),
      ...renderProse(layout, { head: '    → ', text: finding.remedy }, palette.plain),
    ];
  });
  return [palette.title('Findings'), ...blocks, ''];
}

function renderNotes(layout: Layout, notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return [];
  const { palette } = layout;
  const lines = notes.flatMap((note) => renderProse(layout, { head: '  · ', text: note }, palette.plain));
  return [palette.title('Notes'), ...lines, ''];
}

function renderTotals(layout: Layout, summary: RehearsalSummary): readonly string[] {
  const totals: string[] = [];
  if (summary.longestBlock !== null) totals.push(`longest block: ${lockInWords(summary.longestBlock)}`);
  if (summary.worstStall !== null) {
    const { operation, longestStallMs } = summary.worstStall;
    totals.push(`longest stall: ${operation} ${formatDuration(longestStallMs)}`);
  }
  if (summary.walBytes !== null) totals.push(`WAL ${formatBytes(summary.walBytes)}`);
  if (summary.growthBytes !== null) totals.push(`size ${formatGrowth(summary.growthBytes)}`);
  return renderFacts(layout, totals, layout.palette.faint);
}

function renderVerdict(layout: Layout, rehearsal: Rehearsal, summary: RehearsalSummary): readonly string[] {
  const { palette } = layout;
  const paint = { passed: palette.good, failed: palette.bad, inconclusive: palette.warn }[rehearsal.verdict];
  const counts = `${countsInWords(rehearsal, summary)} — ${findingsInWords(summary)}`;
  return [
    ...renderProse(layout, { head: `${rehearsal.verdict.toUpperCase()}  `, text: counts }, (text) =>
      palette.title(paint(text)),
    ),
    ...verdictReasons(rehearsal, summary).flatMap((reason) => renderProse(layout, { head: '  ', text: reason }, paint)),
  ];
}
