import type { Finding, Rehearsal } from '../../model/rehearsal.js';
import type { MigrationTrace } from '../../model/trace.js';
import { blockedInWords, lockModeName, lockedRelation } from '../lock-summary.js';
import { findingsOf, heaviestLock, isQuiet, worstStall } from '../migration-summary.js';
import {
  type RehearsalSummary,
  countsInWords,
  findingsInWords,
  stageInWords,
  sumKnown,
  summarizeRehearsal,
  verdictReasons,
} from '../rehearsal-summary.js';
import { formatBytes, formatCounted, formatDuration, formatGrowth } from '../units.js';
import { Html, html } from './escape.js';
import { renderMigration, renderState } from './migration-section.js';
import { styleSheet } from './style.js';
import { type Column, renderTable } from './table.js';
import { renderLegend } from './timeline.js';

/** The report as one page that needs nothing but itself: no network, no script. */
export function renderHtml(rehearsal: Rehearsal): string {
  const summary = summarizeRehearsal(rehearsal);
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Rehearsal ${rehearsal.verdict}: ${rehearsal.project.path}</title>
<style>${new Html(styleSheet)}</style></head>
<body><main>
${renderHeader(rehearsal, summary)}
${renderCards(summary)}
${renderFindings(rehearsal.findings)}
${rehearsal.notes.length === 0 ? null : html`<div class="panel"><b>Notes</b><ul class="plain">${rehearsal.notes.map((note) => html`<li>${note}</li>`)}</ul></div>`}
${rehearsal.migrations.length === 0 ? html`<p class="panel">There was no migration to rehearse.</p>` : [renderOverview(rehearsal), renderMigrations(rehearsal)]}
<footer>${rehearsal.tool.name} ${rehearsal.tool.version} · started ${rehearsal.startedAt} · change ${rehearsal.changeDigest}</footer>
</main></body></html>
`;
  return page.toString();
}

const verdictLooks = { passed: 'good', failed: 'bad', inconclusive: 'warn' } as const;

function renderHeader(rehearsal: Rehearsal, summary: RehearsalSummary): Html {
  const look = verdictLooks[rehearsal.verdict];
  return html`<header><div class="header-text"><h1>Rehearsal of ${rehearsal.project.path}</h1><p class="facts">${stageInWords(rehearsal).join(' · ')}</p></div><span class="badge big ${look}">${rehearsal.verdict}</span></header>
<p>${countsInWords(rehearsal, summary)} — ${findingsInWords(summary)}.</p>
${verdictReasons(rehearsal, summary).map((reason) => html`<p class="${look}"><b>${reason}</b></p>`)}`;
}

function renderCards(summary: RehearsalSummary): Html | null {
  if (summary.statements === 0) return null;
  const { longestBlock, worstStall: stall } = summary;
  const cards: (Html | null)[] = [
    longestBlock === null
      ? card('none', 'no lock stopped traffic')
      : card(
          longestBlock.heldMs === null ? 'unknown' : `≤ ${formatDuration(longestBlock.heldMs)}`,
          `longest block: ${lockedRelation(longestBlock)}, ${blockedInWords(longestBlock.blocks)}`,
        ),
    stall === null ? null : card(formatDuration(stall.longestStallMs), `longest stall of a ${stall.operation}`),
    summary.walBytes === null ? null : card(formatBytes(summary.walBytes), 'WAL written'),
    summary.growthBytes === null ? null : card(formatGrowth(summary.growthBytes), 'change of size'),
  ];
  return html`<div class="cards">${cards}</div>`;
}

function card(value: string, label: string): Html {
  return html`<div class="card"><b>${value}</b><span>${label}</span></div>`;
}

function renderFindings(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null;
  const looks = { error: 'bad', warning: 'warn', info: 'faint' } as const;
  const items = findings.map(
    (one) =>
      html`<div class="finding ${one.severity}"><b>${one.message}</b><p>${one.remedy}</p><p class="faint"><span class="${looks[one.severity]}">${one.severity}</span> · ${one.id} · <span class="mono">${one.path}:${String(one.line)}</span></p></div>`,
  );
  return html`<h2>Findings</h2><div class="panel">${items}</div>`;
}

function anchorOf(index: number): string {
  return `m${index + 1}`;
}

const overviewColumns: readonly Column[] = [
  { title: 'Migration' },
  { title: 'State' },
  { title: 'Strongest lock' },
  { title: 'Longest stall', isNumber: true, label: 'longest stall' },
  { title: 'WAL', isNumber: true, label: 'WAL' },
  { title: 'Duration', isNumber: true, label: 'took' },
  { title: 'Findings', isNumber: true, label: 'findings' },
];

function renderOverview(rehearsal: Rehearsal): Html {
  const rows = rehearsal.migrations.map((migration, index) => {
    const stall = worstStall(migration.statements.flatMap((one) => one.traffic));
    const wal = sumKnown(migration.statements.map((one) => one.walBytes));
    return [
      { value: html`<a href="#${anchorOf(index)}">${migration.id}</a>`, look: 'lead' },
      { value: renderState(migration) },
      { value: heaviestInWords(migration) },
      { value: stall === null ? '–' : formatDuration(stall.longestStallMs) },
      { value: wal === null ? '–' : formatBytes(wal) },
      { value: formatDuration(migration.durationMs) },
      { value: String(findingsOf(migration, rehearsal.findings).length) },
    ];
  });
  return html`<h2>Migrations</h2><div class="panel">${renderTable({ caption: null, columns: overviewColumns, rows })}</div>${renderLegend()}`;
}

function heaviestInWords(migration: MigrationTrace): Html {
  const lock = heaviestLock(migration);
  if (lock === null) return html`<span class="faint">–</span>`;
  const look = { 'reads and writes': 'both-text', writes: 'writes-text', none: 'none-text' }[lock.blocks];
  return html`<span class="${look}">${lockModeName(lock.mode)}</span> on ${lockedRelation(lock)}`;
}

/** Migrations that need no reading are folded; those that do stand open. */
function renderMigrations(rehearsal: Rehearsal): readonly Html[] {
  return rehearsal.migrations.map((migration, index) => {
    const id = anchorOf(index);
    const section = renderMigration(migration, id);
    if (!isQuiet(migration, rehearsal.findings)) return html`<div id="${id}">${section}</div>`;
    const counts = formatCounted(migration.statements.length, 'statement');
    return html`<details class="quiet" id="${id}"><summary><b>${migration.id}</b> <span class="faint">${counts} in ${formatDuration(migration.durationMs)}, stopped no traffic</span></summary>${section}</details>`;
  });
}
