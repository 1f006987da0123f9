import type { ProofVerdict, RollbackProof } from '../../model/rollback-proof.js';
import type { TestReport } from '../../model/test-report.js';
import { codeBlock, codeCell, escapeMarkdown, escapeSummary, tableRow } from '../markdown-text.js';
import { formatDuration } from '../units.js';
import { remarksOf, stageInWords, totalsInWords } from './test-summary.js';

/** Comments on pull requests end at 65,536 characters; what the renderer cannot count (escapes of the host) has room. */
const longest = 64_000;

const marks: Readonly<Record<ProofVerdict, string>> = {
  restored: '🟢',
  'not-restored': '🔴',
  failed: '🔴',
  refused: '🟡',
  'no-rollback': '🟡',
};

/** The report as a comment on a pull request: a table of the ways back, then what each left different, as far as it fits. */
export function renderTestMarkdown(report: TestReport): string {
  const head = [
    `## lockkeeper: ${totalsInWords(report)}`,
    '',
    escapeMarkdown(stageInWords(report).join(' · ')),
    '',
    tableRow(['migration', 'rollback', 'verdict', 'up', 'down']),
    tableRow(['---', '---', '---', '---:', '---:']),
  ].join('\n');
  const lists = [...report.inconclusive, ...report.notes].map((note) => `- ${escapeMarkdown(note)}`);
  const sections = report.migrations.filter(hasWords).map(section);
  const parts = [...report.migrations.map(row), ...(lists.length === 0 ? [] : [`\n${lists.join('\n')}`]), ...sections];
  return `${fit(head, parts)}\n`;
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

function row({ path, rollback, verdict, upMs, downMs }: RollbackProof): string {
  const time = (ms: number | null) => (ms === null ? '' : formatDuration(ms));
  return tableRow([codeCell(path), rollback, `${marks[verdict]} ${verdict}`, time(upMs), time(downMs)]);
}

function hasWords(proof: RollbackProof): boolean {
  return proof.reason !== null || remarksOf(proof).length > 0;
}

function section(proof: RollbackProof): string {
  const { path, verdict, rollback, reason, difference } = proof;
  return [
    '',
    `<details><summary>${escapeSummary(path)} (${rollback}): ${verdict}</summary>`,
    '',
    ...(reason === null ? [] : [escapeMarkdown(reason), '']),
    ...(difference.length === 0 ? [] : [codeBlock(difference.join('\n'), ''), '']),
    ...remarksOf(proof).map((remark) => `- ${escapeMarkdown(remark)}`),
    '',
    '</details>',
  ].join('\n');
}
