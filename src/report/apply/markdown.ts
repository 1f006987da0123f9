import type { ApplyReport, ReportedStep } from '../../model/apply-report.js';
import { codeBlock, codeCell, escapeMarkdown, escapeSummary, tableRow } from '../markdown-text.js';
import { gateTable } from '../preflight/markdown.js';
import { verdictInWords as preflightInWords } from '../preflight/preflight-summary.js';
import { checkInWords, validationVerdict } from '../validation/validation-summary.js';
import { costsInWords, failureInWords, headFacts, lightOf, outcomeInWords, verdictInWords } from './apply-summary.js';

/** Comments end at 65,536 characters; what the renderer cannot count (escapes of the host) has room. */
const longest = 64_000;

const marks = { good: '🟢', warn: '🟡', bad: '🔴' } as const;

/** The run as a comment on a pull request or an incident: the state first, then gates and steps as far as they fit. */
export function renderApplyMarkdown(report: ApplyReport): string {
  const { state, remedy, preflight, steps, notes, verdict } = report;
  const head = [
    `## ${marks[lightOf(verdict)]} lockkeeper: ${escapeMarkdown(verdictInWords(report))}`,
    '',
    `**${escapeMarkdown(state)}**${remedy === null ? '' : ` ${escapeMarkdown(remedy)}`}`,
    '',
    escapeMarkdown(headFacts(report).join(' · ')),
    ...validationLines(report),
    '',
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    ...(notes.length === 0 ? [] : ['']),
    ...(steps.length === 0
      ? []
      : [tableRow(['step', 'file', 'outcome', 'cost']), tableRow(['---', '---', '---', '---'])]),
  ].join('\n');
  const gates = preflight === null ? [] : gateSection(preflightInWords(preflight), gateTable(preflight.gates));
  return `${fit(head, [...steps.map(row), ...failures(steps), ...gates])}\n`;
}

function validationLines({ validation }: ApplyReport): readonly string[] {
  if (validation === null) return [];
  const mark = marks[validation.verdict === 'passed' ? 'good' : validation.verdict === 'failed' ? 'bad' : 'warn'];
  return [
    '',
    `**${mark} ${escapeMarkdown(validationVerdict(validation))}** ${escapeMarkdown(validation.decision)}`,
    '',
    ...validation.checks.map((check) => `- ${escapeMarkdown(checkInWords(check))}`),
  ];
}

function gateSection(words: string, table: readonly string[]): readonly string[] {
  const lines = ['', `<details><summary>gates: ${escapeSummary(words)}</summary>`, '', ...table, '</details>'];
  return [lines.join('\n')];
}

function row(step: ReportedStep): string {
  return tableRow([
    codeCell(step.id),
    codeCell(step.path),
    outcomeInWords(step),
    escapeMarkdown(costsInWords(step).join(' · ')),
  ]);
}

function failures(steps: readonly ReportedStep[]): readonly string[] {
  return steps.flatMap(({ id, outcome, sql }) => {
    const failure = outcome?.state === 'applied' ? null : (outcome?.attempts.at(-1)?.failure ?? null);
    if (failure === null) return [];
    return [`\n${codeCell(id)}: ${escapeMarkdown(failureInWords(failure))}\n\n${codeBlock(sql.join(';\n'), 'sql')}`];
  });
}

/** Parts in order, as long as there is room; what is left out is said. */
function fit(head: string, parts: readonly string[]): string {
  let text = head;
  let omitted = 0;
  for (const part of parts) {
    if (omitted > 0 || text.length + part.length + 1 > longest) omitted += 1;
    else text = `${text}\n${part}`;
  }
  return omitted === 0 ? text : `${text}\n\n${omitted} more parts do not fit here; the full report has them.`;
}
