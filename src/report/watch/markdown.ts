import type { WatchReport } from '../../model/watch-report.js';
import { escapeMarkdown } from '../markdown-text.js';
import { comparisonLines } from './comparison-lines.js';
import { stepLocksInWords } from './step-locks.js';
import {
  answerInWords,
  automaticInWords,
  surpriseInWords,
  termsInWords,
  watchHead,
  watchLight,
  watchVerdict,
} from './watch-summary.js';

const lights = { good: '🟢', warn: '🟡', bad: '🔴' } as const;

export function renderWatchMarkdown(report: WatchReport): string {
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`### ${title}`, '', ...lines.map((line) => `- ${escapeMarkdown(line)}`), ''];
  return [
    `## ${lights[watchLight(report.decision)]} lockkeeper: ${escapeMarkdown(watchVerdict(report))}`,
    '',
    `**${escapeMarkdown(report.decision.reason)}**`,
    '',
    escapeMarkdown(watchHead(report).join(' · ')),
    '',
    ...section('Who does what', termsInWords(report)),
    ...section('The decision tree', report.decision.path.map(answerInWords)),
    ...section(
      'At fault, and not before',
      report.faults.map(({ message }) => message),
    ),
    ...section('Before the change, and now', comparisonLines(report.comparison)),
    ...section('Locks of the change', stepLocksInWords(report.steps)),
    ...section('For the review', report.surprises.map(surpriseInWords)),
    ...section('What was done', automaticInWords(report)),
    ...section('Notes', report.notes),
  ].join('\n');
}
