import type { GateResult, PreflightReport } from '../../model/preflight.js';
import { codeCell, escapeMarkdown, tableRow } from '../markdown-text.js';
import { byWeight, type GateWeight, headFacts, verdictInWords, waiverInWords, weightOf } from './preflight-summary.js';

const marks: Readonly<Record<GateWeight, string>> = { pass: '🟢', warn: '🟡', block: '🔴' };

/** The gates as a comment: a table, what is closed first. */
export function renderPreflightMarkdown(report: PreflightReport): string {
  const { migrations, gates, notes } = report;
  const lines = [
    `## lockkeeper preflight: ${escapeMarkdown(verdictInWords(report))}`,
    '',
    escapeMarkdown(headFacts(report).join(' · ')),
    '',
    ...migrations.map(({ path, risk }) => `- ${codeCell(path)} ${risk}`),
    ...(migrations.length === 0 ? [] : ['']),
    ...gateTable(gates),
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Empty without gates. */
export function gateTable(gates: readonly GateResult[]): readonly string[] {
  if (gates.length === 0) return [];
  return [
    tableRow(['gate', 'verdict', 'found', 'to do']),
    tableRow(['---', '---', '---', '---']),
    ...byWeight(gates).map(gateRow),
    '',
  ];
}

function gateRow(gate: GateResult): string {
  const { id, verdict, reason, remedy } = gate;
  const todo = waiverInWords(gate) ?? remedy ?? '';
  return tableRow([codeCell(id), `${marks[weightOf(gate)]} ${verdict}`, escapeMarkdown(reason), escapeMarkdown(todo)]);
}
