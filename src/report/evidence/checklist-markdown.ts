import type { ChecklistLine, FilledChecklist } from '../../model/controls.js';
import type { EvidenceReport } from '../../model/evidence-bundle.js';
import { codeSpan, escapeMarkdown } from '../markdown-text.js';
import { shortDigest, shortTime } from './evidence-words.js';

/** A filled checklist as Markdown: ticked where a record says so, else with who has to tick it. */
export function renderChecklist(checklist: FilledChecklist, { evidence, tool }: EvidenceReport): string {
  const { title, head, sections } = checklist;
  return [
    `## ${escapeMarkdown(title)}`,
    '',
    ...head.map(({ name, value }) => `**${escapeMarkdown(name)}:** ${value === null ? '…' : escapeMarkdown(value)}  `),
    ...sections.flatMap((section) => [
      '',
      `### ${escapeMarkdown(section.title)}`,
      '',
      ...section.lines.map(renderLine),
    ]),
    '',
    `<sub>Filled by ${tool.name} ${escapeMarkdown(tool.version)} from the records of the change ${codeSpan(evidence.change.digest)}, ${shortTime(evidence.exportedAt)} UTC.</sub>`,
    '',
  ].join('\n');
}

function renderLine(line: ChecklistLine): string {
  const { text, state, by, at, record, figures, confirm, askRole } = line;
  const box = state === 'done' ? 'x' : ' ';
  const told = text.includes(figures ?? '\0') ? null : figures;
  const remarks: readonly (string | null)[] = [
    state === 'failed' ? 'failed' : state === 'waived' ? `waived by ${by ?? 'somebody'}` : null,
    state === 'not applicable' ? 'not applicable' : null,
    state === 'missing' ? 'nothing on record says so' : null,
    told,
    state === 'done' && by !== null ? by : null,
    state === 'done' && at !== null && !text.includes(shortTime(at)) ? `${shortTime(at)} UTC` : null,
    record === null ? null : `record ${shortDigest(record)}`,
    askRole === null ? null : `to be ticked by the ${askRole}`,
  ];
  const remark = remarks.filter((part) => part !== null).join('; ');
  const asked = confirm === null ? '' : `: ${codeSpan(confirm)}`;
  return `- [${box}] ${escapeMarkdown(text)}${remark === '' ? '' : ` — ${escapeMarkdown(remark)}`}${asked}`;
}
