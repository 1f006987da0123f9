import {
  type AssertionResult,
  findingsOf,
  type VerifyFinding,
  type VerifyReport,
  type VerifyWeight,
} from '../../model/verify-report.js';
import { codeCell, escapeMarkdown, tableRow } from '../markdown-text.js';
import {
  dataInWords,
  headFacts,
  lookedInWords,
  notVerifiedInWords,
  rangeInWords,
  unreadFindings,
  verdictInWords,
} from './verify-summary.js';

const marks: Readonly<Record<VerifyWeight, string>> = { error: '🔴', unknown: '⚪', warning: '🟡', info: '🔵' };

/** What was found as a comment: a table, the gravest first, and what was asked below. */
export function renderVerifyMarkdown(report: VerifyReport): string {
  const data = dataInWords(report);
  const findings = [...findingsOf(report), ...unreadFindings(report)];
  const lines = [
    `## lockkeeper verify: ${escapeMarkdown(`${report.verdict}, ${verdictInWords(report)}`)}`,
    '',
    escapeMarkdown(headFacts(report).join(' · ')),
    '',
    ...(data === null ? [] : [escapeMarkdown(data), '']),
    ...findingTable(findings),
    ...report.assertions.map(assertionLine),
    ...(report.assertions.length === 0 ? [] : ['']),
    ...notVerifiedInWords(report).map((text) => `- ⚪ ${escapeMarkdown(text)}`),
    ...report.notes.map((note) => `- ${escapeMarkdown(note)}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function findingTable(findings: readonly VerifyFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  return [
    tableRow(['', 'found', 'where', 'what to do']),
    tableRow(['---', '---', '---', '---']),
    ...findings.map(({ weight, message, range, relation, remedy }) =>
      tableRow([
        marks[weight],
        escapeMarkdown(message),
        codeCell(range === null ? (relation ?? '') : rangeInWords(range)),
        escapeMarkdown(remedy ?? ''),
      ]),
    ),
    '',
  ];
}

function assertionLine(result: AssertionResult): string {
  const mark = { pass: '🟢', warn: '🟡', fail: '🔴', unknown: '⚪', skipped: '⚫' }[result.verdict];
  return `- ${mark} ${codeCell(result.id)} ${escapeMarkdown(`${result.title}: ${lookedInWords(result)}`)}`;
}
