import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification } from '../../model/classification.js';
import type { Complexity } from '../../model/migration.js';
import { type Layout, renderFacts, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Palette, type Paint } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { assessmentInWords, knowledgeInWords, radiusInWords, totalsInWords } from './check-summary.js';
import { fileOf } from './placed-findings.js';
import { renderFinding, renderStatementEffects, renderSuppressed } from './finding-block.js';

/** So many migrations are some kilobytes of text. */
const atOnce = 8;

/** The report for a terminal: what is found, where, and what to write instead; quiet migrations take one line. */
export function renderCheckTerminal(report: CheckReport, options: TerminalOptions): string {
  return [...checkTerminalPieces(report, options)].join('');
}

/** What `renderCheckTerminal` says, piece by piece, each of whole lines: a large change is never in memory as a whole. */
export function* checkTerminalPieces(report: CheckReport, options: TerminalOptions): Generator<string> {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const { tool, project, migrations, notes } = report;
  const head = `${tool.name} ${tool.version} · check of ${project.path}`;
  yield inLines([
    ...renderProse(layout, { head: '', text: head }, palette.title),
    ...renderFacts(layout, knowledgeInWords(report), palette.faint),
  ]);
  for (let at = 0; at < migrations.length; at += atOnce) {
    yield inLines(
      migrations
        .slice(at, at + atOnce)
        .flatMap((migration) => renderMigration(layout, migration, (path) => fileOf(report, path))),
    );
  }
  yield inLines([...renderNotes(layout, notes), '', ...renderTotals(layout, report)]);
}

function inLines(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function renderMigration(
  layout: Layout,
  migration: MigrationClassification,
  shown: (path: string) => string,
): readonly string[] {
  const { palette } = layout;
  const { assessment, risk } = migration;
  const title = renderRule(layout, migration.path, { text: risk, paint: riskPaint(risk, palette) });
  const findings = migration.findings.flatMap((finding) =>
    renderFinding(layout, finding, { file: shown(finding.path), statement: null }),
  );
  const statements = migration.statements.flatMap((statement) => [
    ...(layout.verbose ? renderStatementEffects(layout, statement) : []),
    ...statement.findings.flatMap((finding) =>
      renderFinding(layout, finding, { file: shown(finding.path), statement }),
    ),
  ]);
  const quiet = findings.length === 0 && statements.length === 0 && risk === 'LOW';
  if (quiet) return ['', title];
  const facts = assessmentInWords(assessment);
  const touched = radiusInWords(assessment);
  return [
    '',
    title,
    ...renderProse(layout, { head: '  ', text: facts.join(' · ') }, palette.faint),
    ...(risk === 'LOW'
      ? []
      : renderProse(layout, { head: `  ${risk} because `, text: assessment.reasons.join('; ') }, palette.plain)),
    ...(touched.length === 0
      ? []
      : renderProse(layout, { head: '  touches ', text: touched.join(', ') }, palette.faint)),
    ...findings,
    ...statements,
    ...(layout.verbose ? migration.suppressed.flatMap((one) => renderSuppressed(layout, one)) : []),
  ];
}

function riskPaint(risk: Complexity, palette: Palette): Paint {
  return { LOW: palette.good, MEDIUM: palette.warn, HIGH: palette.bad, CRITICAL: palette.bad }[risk];
}

function renderNotes(layout: Layout, notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return [];
  const { palette } = layout;
  return [
    '',
    palette.title('Notes'),
    ...notes.flatMap((note) => renderProse(layout, { head: '  · ', text: note }, palette.plain)),
  ];
}

function renderTotals(layout: Layout, report: CheckReport): readonly string[] {
  const { palette } = layout;
  const { totals } = report;
  const paint = totals.error > 0 ? palette.bad : totals.warning > 0 ? palette.warn : palette.good;
  return renderProse(layout, { head: '', text: totalsInWords(report) }, (text) => palette.title(paint(text)));
}
