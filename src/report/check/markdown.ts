import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification, RuleFinding } from '../../model/classification.js';
import type { Complexity } from '../../model/migration.js';
import { codeBlock, codeCell, codeSpan, escapeMarkdown, escapeSummary, tableRow } from '../markdown-text.js';
import { assessmentInWords, knowledgeInWords, radiusInWords, totalsInWords } from './check-summary.js';
import { fileOf } from './placed-findings.js';

/** Comments on pull requests end at 65,536 characters; what the renderer cannot count (escapes of the host) has room. */
const longest = 64_000;

const marks: Readonly<Record<Complexity, string>> = { LOW: '🟢', MEDIUM: '🟡', HIGH: '🔴', CRITICAL: '⛔' };

/** The report as a comment on a pull request: a table of the migrations, then each one's findings, as far as they fit. */
export function renderCheckMarkdown(report: CheckReport): string {
  const head = [
    `## lockkeeper: ${totalsInWords(report)}`,
    '',
    escapeMarkdown(knowledgeInWords(report).join(' · ')),
    '',
    tableRow(['migration', 'risk', 'what it is', 'findings']),
    tableRow(['---', '---', '---', '---:']),
  ].join('\n');
  const rows = report.migrations.map((migration) => row(report, migration));
  const sections = report.migrations.filter(hasFindings).map((migration) => section(report, migration));
  const notes = report.notes.map((note) => `- ${escapeMarkdown(note)}`);
  return `${fit(head, rows, [...(notes.length === 0 ? [] : [`\n${notes.join('\n')}`]), ...sections])}\n`;
}

/** Rows and sections in order, as long as there is room; what is left out is said. */
function fit(head: string, rows: readonly string[], sections: readonly string[]): string {
  let text = head;
  let omitted = 0;
  for (const part of [...rows, ...sections]) {
    if (omitted > 0 || text.length + part.length + 1 > longest) omitted += 1;
    else text = `${text}\n${part}`;
  }
  return omitted === 0 ? text : `${text}\n\n${omitted} more parts do not fit here; the full report has them.`;
}

function row(report: CheckReport, { path, risk, assessment, findings, statements }: MigrationClassification): string {
  const count = findings.length + statements.reduce((sum, statement) => sum + statement.findings.length, 0);
  return tableRow([
    codeCell(fileOf(report, path)),
    `${marks[risk]} ${risk}`,
    escapeMarkdown(assessment.kind),
    String(count),
  ]);
}

function hasFindings({ findings, statements }: MigrationClassification): boolean {
  return findings.length > 0 || statements.some((statement) => statement.findings.length > 0);
}

function section(report: CheckReport, migration: MigrationClassification): string {
  const { assessment } = migration;
  const touched = radiusInWords(assessment);
  const findings = [
    ...migration.findings.map((finding) => block(finding, null)),
    ...migration.statements.flatMap(({ sql, findings: found }) => found.map((finding) => block(finding, sql))),
  ];
  return [
    '',
    `<details><summary>${escapeSummary(fileOf(report, migration.path))}: ${migration.risk}</summary>`,
    '',
    escapeMarkdown(assessmentInWords(assessment).join(' · ')),
    ...(touched.length === 0 ? [] : ['', escapeMarkdown(`Touches ${touched.join(', ')}`)]),
    '',
    ...findings,
    '</details>',
  ].join('\n');
}

function block(
  { severity, id, title, message, remedy, instead, gradedDown, line }: RuleFinding,
  sql: string | null,
): string {
  return [
    `**${severity}** ${codeSpan(id)} line ${line}: ${escapeMarkdown(title)}`,
    '',
    ...(sql === null ? [] : [codeBlock(sql.slice(0, 1_000), 'sql'), '']),
    escapeMarkdown(message),
    ...(gradedDown === null ? [] : [escapeMarkdown(`Weighs less: ${gradedDown}.`)]),
    '',
    escapeMarkdown(`→ ${remedy}`),
    ...(instead === null ? [] : ['', codeBlock(instead, 'sql')]),
    '',
  ].join('\n');
}
