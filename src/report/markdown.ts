import type { Finding, Rehearsal } from '../model/rehearsal.js';
import type { MigrationTrace, StatementTrace } from '../model/trace.js';
import { isLoud, lockInWords, lockModeName, lockedRelation, strongestLocks, withoutPublic } from './lock-summary.js';
import { codeBlock, codeCell, codeSpan, escapeMarkdown, escapeSummary, tableRow } from './markdown-text.js';
import { claimInWords, isQuiet, stallsInWords, stateInWords, transactionInWords } from './migration-summary.js';
import {
  countsInWords,
  findingsInWords,
  stageInWords,
  summarizeRehearsal,
  verdictReasons,
} from './rehearsal-summary.js';
import { formatBytes, formatCount, formatCounted, formatDuration } from './units.js';
import { clipText, sqlOnOneLine } from './visible-text.js';

export interface MarkdownOptions {
  /** Characters that the comment may have; GitHub takes 65 536. Detail is left out, step by step, until it fits. */
  readonly maxLength?: number;
}

const details = ['all', 'loud migrations', 'summary'] as const;
type Detail = (typeof details)[number];

/** The report for a comment on a pull request: verdict and findings first, everything else folded. Ends in a newline. */
export function renderMarkdown(rehearsal: Rehearsal, options: MarkdownOptions = {}): string {
  const maxLength = options.maxLength ?? 60_000;
  let text = '';
  for (const detail of details) {
    text = renderAt(rehearsal, detail);
    if (text.length <= maxLength) return text;
  }
  const ending = '\n\n_The rest does not fit here._\n';
  return text.slice(0, Math.max(0, text.lastIndexOf('\n', maxLength - ending.length))) + ending;
}

function renderAt(rehearsal: Rehearsal, detail: Detail): string {
  const shown = rehearsal.migrations.filter(
    (migration) => detail === 'all' || (detail === 'loud migrations' && !isQuiet(migration, rehearsal.findings)),
  );
  const omitted = rehearsal.migrations.length - shown.length;
  const parts = [
    ...renderHead(rehearsal),
    ...renderFindings(rehearsal.findings),
    ...(rehearsal.notes.length === 0 ? [] : [rehearsal.notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n')]),
    ...shown.map((migration) => renderMigration(migration, !isQuiet(migration, rehearsal.findings))),
    ...(omitted > 0 ? [`_${formatCounted(omitted, 'migration')} left out to keep this short._`] : []),
    `<sub>${rehearsal.tool.name} ${escapeMarkdown(rehearsal.tool.version)} · change ${codeSpan(rehearsal.changeDigest)}</sub>`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '⚠️' } as const;

function renderHead(rehearsal: Rehearsal): readonly string[] {
  const summary = summarizeRehearsal(rehearsal);
  const counts = `${countsInWords(rehearsal, summary)} — ${findingsInWords(summary)}`;
  const block = summary.longestBlock;
  return [
    `### ${verdictMarks[rehearsal.verdict]} Migration rehearsal ${rehearsal.verdict}`,
    `**${counts}**  \n${escapeMarkdown(stageInWords(rehearsal).join(' · '))}`,
    ...verdictReasons(rehearsal, summary).map((reason) => `> ${escapeMarkdown(reason)}`),
    ...(block === null ? [] : [`Longest block: ${escapeMarkdown(lockInWords(block))}`]),
  ];
}

function renderFindings(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const rows = findings.map((finding) =>
    tableRow([
      finding.severity,
      codeCell(`${finding.path}:${finding.line}`),
      `${escapeMarkdown(finding.message)} ${escapeMarkdown(finding.remedy)} (${codeCell(finding.id)})`,
    ]),
  );
  return [[tableRow(['Severity', 'Where', 'What, and what to do']), '| --- | --- | --- |', ...rows].join('\n')];
}

function renderMigration(migration: MigrationTrace, open: boolean): string {
  const title = `${migration.id} — ${stateInWords(migration.state)}, ${formatDuration(migration.durationMs)}`;
  const claims = migration.claims.map((check) => `- ${check.holds ? '✓' : '✗'} ${escapeMarkdown(claimInWords(check))}`);
  const parts = [
    `<details${open ? ' open' : ''}><summary>${escapeSummary(title)}</summary>`,
    `${codeSpan(migration.path)} · ${escapeMarkdown(transactionInWords(migration.transaction))}`,
    ...(claims.length === 0 ? [] : [claims.join('\n')]),
    ...(migration.statements.length === 0 ? [] : [renderTable(migration.statements)]),
    ...migration.statements.flatMap(renderError),
    ...migration.statements.filter(hasLongSql).map(renderSql),
    '</details>',
  ];
  return parts.join('\n\n');
}

function renderTable(statements: readonly StatementTrace[]): string {
  const head = ['Line', 'Statement', 'Duration', 'Locks', 'WAL', 'Rows', 'Traffic'];
  const rows = statements.map((statement) =>
    tableRow([
      String(statement.line),
      codeCell(sqlOnOneLine(statement.sql, 80)),
      formatDuration(statement.durationMs),
      locksInCell(statement),
      statement.walBytes === null ? '–' : formatBytes(statement.walBytes),
      statement.rowsWritten === null ? '–' : formatCount(statement.rowsWritten),
      trafficInCell(statement),
    ]),
  );
  return [tableRow(head), '| ---: | --- | ---: | --- | ---: | ---: | --- |', ...rows].join('\n');
}

function locksInCell(statement: StatementTrace): string {
  const locks = strongestLocks(statement.locks);
  const loud = locks.filter(isLoud).map((lock) => `**${escapeMarkdown(lockInWords(lock))}**`);
  const quiet = locks
    .filter((lock) => !isLoud(lock))
    .slice(0, 3)
    .map((lock) => escapeMarkdown(`${lockedRelation(lock)}: ${lockModeName(lock.mode)}`));
  const rewrites = statement.rewrites.map((relation) => `rewrites ${escapeMarkdown(withoutPublic(relation))}`);
  const cell = [...loud, ...rewrites, ...quiet].join('<br>');
  return cell === '' ? '–' : cell;
}

function trafficInCell(statement: StatementTrace): string {
  const cancelled = statement.standby?.cancelledQueries ?? 0;
  const standby = cancelled > 0 ? [`${formatCounted(cancelled, 'standby query', 'standby queries')} cancelled`] : [];
  const cell = [...stallsInWords(statement.traffic), ...standby].map(escapeMarkdown).join('<br>');
  return cell === '' ? '–' : cell;
}

function renderError(statement: StatementTrace): readonly string[] {
  const { error } = statement;
  if (error === null) return [];
  const code = error.code === null ? '' : ` (${error.code})`;
  const more = [error.detail, error.hint].flatMap((text) => (text === null ? [] : [escapeMarkdown(text)]));
  return [
    [
      `**${escapeMarkdown(`${error.message}${code}`)}** at ${codeSpan(`${error.path}:${error.line}:${error.column}`)}`,
      ...more,
    ].join('  \n'),
    codeBlock(error.excerpt, ''),
  ];
}

function hasLongSql(statement: StatementTrace): boolean {
  return statement.sql.includes('\n') || statement.sql.length > 80;
}

function renderSql(statement: StatementTrace): string {
  const { shown, omitted } = clipText(statement.sql, 2000);
  const rest = omitted > 0 ? `\n-- … ${formatCounted(omitted, 'more character')}` : '';
  return `Line ${statement.line}:\n\n${codeBlock(shown + rest, 'sql')}`;
}
