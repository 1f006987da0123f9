import type { ValidationReport } from '../../model/validation-report.js';
import { escapeMarkdown } from '../markdown-text.js';
import { comparisonLines } from '../watch/comparison-lines.js';
import { checkInWords, validationHead, validationVerdict } from './validation-summary.js';

const lights = { passed: '🟢', unknown: '🟡', failed: '🔴' } as const;

export function renderValidationMarkdown(report: ValidationReport): string {
  const compared = comparisonLines(report.comparison);
  return [
    `## ${lights[report.verdict]} lockkeeper: ${escapeMarkdown(validationVerdict(report))}`,
    '',
    `**${escapeMarkdown(report.decision)}**`,
    '',
    escapeMarkdown(validationHead(report).join(' · ')),
    '',
    ...report.checks.map((check) => `- ${escapeMarkdown(checkInWords(check))}`),
    ...(compared.length === 0 ? [] : ['', '### Before the change, and now', '']),
    ...compared.map((line) => `- ${escapeMarkdown(line)}`),
    ...(report.notes.length === 0 ? [] : ['']),
    ...report.notes.map((note) => `- ${escapeMarkdown(note)}`),
    '',
  ].join('\n');
}
