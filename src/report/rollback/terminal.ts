import type { RollbackProof } from '../../model/rollback-proof.js';
import type { RollbackEntry, RollbackFileReport, RollbackReport } from '../../model/rollback-report.js';
import type { RollbackStory } from '../../model/rollback-story.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderFacts, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import { showControls } from '../visible-text.js';
import { remarksOf, timesInWords } from '../test/test-summary.js';

const shownDifferences = 10;

/** The report for a terminal: of each migration the verdict, the file and the story; a dry run shows the files whole. */
export function renderRollbackTerminal(report: RollbackReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const { tool, action, project, server, rowsPerTable, inconclusive, notes } = report;
  const facts = [
    `PostgreSQL ${server.version} (${server.source})`,
    rowsPerTable === null ? 'tables as the migrations leave them' : `${rowsPerTable} rows in each table`,
  ];
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? []
      : [
          '',
          palette.title(title),
          ...items.flatMap((text) => renderProse(layout, { head: '  · ', text }, palette.plain)),
        ];
  const lines = [
    ...renderProse(
      layout,
      { head: '', text: `${tool.name} ${tool.version} · rollback ${action} of ${project.path}` },
      palette.title,
    ),
    ...renderFacts(layout, facts, palette.faint),
    '',
    ...report.migrations.flatMap((entry) => renderEntry(layout, entry)),
    ...list('Inconclusive', inconclusive),
    ...list('Notes', notes),
  ];
  return `${lines.join('\n')}\n`;
}

function renderEntry(layout: Layout, { path, verdict, file, story, proofs }: RollbackEntry): readonly string[] {
  const { palette } = layout;
  const paint = verdict === 'restored' ? palette.good : verdict === 'refused' ? palette.warn : palette.bad;
  return [
    renderRule(layout, path, { text: verdict, paint }),
    ...proofs.flatMap((proof) => renderProof(layout, proof, proofs.length > 1)),
    ...(file === null ? [] : renderFile(layout, file)),
    ...renderStory(layout, story),
  ];
}

function renderProof(layout: Layout, proof: RollbackProof, named: boolean): readonly string[] {
  const { palette } = layout;
  const { reason, verdict, rollback, difference } = proof;
  const words = [
    ...(named ? [`${rollback}: ${verdict}`] : []),
    ...(reason === null ? [timesInWords(proof)] : [reason]),
  ];
  const hidden = layout.verbose ? 0 : Math.max(0, difference.length - shownDifferences);
  const shown = [...difference.slice(0, difference.length - hidden), ...(hidden === 0 ? [] : [`… and ${hidden} more`])];
  return [
    ...renderProse(layout, { head: '  ', text: words.join(' · ') }, reason === null ? palette.faint : palette.plain),
    ...shown.flatMap((text) => renderProse(layout, { head: '    · ', text }, palette.plain)),
    ...remarksOf(proof).flatMap((text) => renderProse(layout, { head: '  ', text }, palette.faint)),
  ];
}

const outcomeWords: Readonly<Record<RollbackFileReport['outcome'], string>> = {
  written: 'written to',
  filled: 'filled in',
  'would-write': 'would be written to',
  'would-fill': 'would be filled in',
  kept: 'left alone:',
  withheld: 'not written:',
};

function renderFile(layout: Layout, { outcome, path, why, content }: RollbackFileReport): readonly string[] {
  const { palette } = layout;
  const text = path === null ? `${outcomeWords[outcome]} ${why}` : `${outcomeWords[outcome]} ${path} (${why})`;
  const isDry = outcome === 'would-write' || outcome === 'would-fill';
  const script = isDry && content !== null ? showControls(content).trimEnd().split('\n') : [];
  return [
    ...renderProse(layout, { head: '  ', text }, palette.plain),
    // As long as they are, for they are to be copied.
    ...script.map((line) => palette.plain(line === '' ? '' : `    ${line}`)),
  ];
}

function renderStory(layout: Layout, { kind, why, loses, otherwise }: RollbackStory): readonly string[] {
  const { palette, verbose } = layout;
  const then = otherwise === null ? '' : `; if that fails: ${otherwise}`;
  const lost = loses.length === 0 ? '' : `; loses ${loses.join(', ')}`;
  const reasons = verbose ? why : why.slice(0, 1);
  return renderProse(
    layout,
    { head: '  ', text: `way back: ${kind} (${reasons.join('; ')})${then}${lost}` },
    palette.faint,
  );
}
