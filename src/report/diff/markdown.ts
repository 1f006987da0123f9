import type { DiffReport, ReportedDifference } from '../../model/diff-report.js';
import type { FactDifference } from '../../model/schema-snapshot.js';
import { codeBlock, codeSpan, escapeMarkdown } from '../markdown-text.js';
import { describeFact } from './fact-text.js';
import { othersInWords, sidesInWords, verdictInWords } from './diff-summary.js';

/** Comments on pull requests end at 65,536 characters; what a host adds has room. */
const longest = 64_000;

/** A comment on a pull request: object by object, as far as they fit. */
export function renderDiffMarkdown(report: DiffReport): string {
  const others = othersInWords(report);
  const head = [
    `## lockkeeper diff: ${escapeMarkdown(verdictInWords(report))}`,
    '',
    ...sidesInWords(report).map((side) => `- ${escapeMarkdown(side)}`),
    ...[...report.normalisations, ...report.notes, ...(others === null ? [] : [others])].map(
      (note) => `- ${escapeMarkdown(note)}`,
    ),
    '',
  ].join('\n');
  let text = head;
  let omitted = 0;
  for (const difference of report.differences) {
    const part = section(difference);
    if (omitted > 0 || text.length + part.length > longest) omitted += 1;
    else text = `${text}\n${part}`;
  }
  return omitted === 0 ? text : `${text}\n${omitted} more objects do not fit here; the full report has them.\n`;
}

function section({ change, kind, identity, facts }: ReportedDifference): string {
  const lines = facts.flatMap(factLines);
  const title = `**${change}** ${kind} ${codeSpan(identity)}`;
  return lines.length === 0 ? `${title}\n` : `${title}\n\n${codeBlock(lines.join('\n'), 'diff')}\n`;
}

function factLines(fact: FactDifference): readonly string[] {
  const { label, removed, added } = describeFact(fact);
  return [`  ${label}`, ...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
}
