import type { MigrationTrace, StatementTrace } from '../../model/trace.js';
import { type BlockedTraffic, isLoud, lockModeName, strongestLocks, withoutPublic } from '../lock-summary.js';
import { claimInWords, stateInWords, transactionInWords } from '../migration-summary.js';
import { formatBytes, formatCount, formatCounted, formatDuration, formatGrowth } from '../units.js';
import { sqlOnOneLine } from '../visible-text.js';
import { largestOf, renderMeasure } from './bars.js';
import { type Html, html } from './escape.js';
import { renderStatement } from './statement-section.js';
import { type Column, renderTable } from './table.js';
import { renderTimeline } from './timeline.js';

/** One migration: head, claims, timeline, a table of its statements with bars, then each statement in full. */
export function renderMigration(migration: MigrationTrace, id: string): Html {
  return html`<section class="migration" aria-labelledby="${id}-h">
<div class="migration-head"><h2 id="${id}-h">${migration.id}</h2><span>${renderState(migration)} <span class="faint">${formatDuration(migration.durationMs)}</span></span></div>
<p class="faint">${migration.path} · ${transactionInWords(migration.transaction)}${migration.commitMs === null ? '' : ` · commit ${formatDuration(migration.commitMs)}`}</p>
${migration.state.kind === 'applied' ? null : html`<p class="bad">${stateInWords(migration.state)}</p>`}
${migration.claims.length === 0 ? null : html`<ul class="plain">${migration.claims.map((check) => html`<li class="${check.holds ? 'good' : 'bad'}">${check.holds ? '✓' : '✗'} ${claimInWords(check)}</li>`)}</ul>`}
${migration.statements.length === 0 ? html`<p class="faint">No statement was run.</p>` : [renderTimeline(migration, id), renderStatementTable(migration.statements)]}
${renderWalRecords(migration)}
${renderStatements(migration.statements)}
</section>`;
}

export function renderState(migration: MigrationTrace): Html {
  const { kind } = migration.state;
  const look = kind === 'applied' ? 'good' : kind === 'not-run' ? 'faint' : 'bad';
  return html`<span class="badge ${look}">${kind.replace('-', ' ')}</span>`;
}

const blockClasses: Readonly<Record<BlockedTraffic, string>> = {
  'reads and writes': 'both-text',
  writes: 'writes-text',
  none: 'none-text',
};

const statementColumns: readonly Column[] = [
  { title: '#' },
  { title: 'SQL' },
  { title: 'Strongest lock' },
  { title: 'Duration', isNumber: true, label: 'took' },
  { title: 'WAL', isNumber: true, label: 'WAL' },
  { title: 'Size', isNumber: true, label: 'size' },
  { title: 'Rows', isNumber: true, label: 'rows' },
];

function renderStatementTable(statements: readonly StatementTrace[]): Html {
  const largest = {
    duration: largestOf(statements.map((one) => one.durationMs)),
    wal: largestOf(statements.map((one) => one.walBytes)),
    growth: largestOf(statements.map((one) => one.sizeGrowthBytes)),
  };
  const rows = statements.map((one, index) => {
    const failed = one.error === null ? '' : ' failed';
    return [
      { value: html`<span class="number${failed}">${String(index + 1)}</span>` },
      { value: sqlOnOneLine(one.sql, 90), look: 'sql mono' },
      { value: renderHeaviest(one) },
      { value: renderMeasure(one.durationMs, largest.duration, formatDuration(one.durationMs)) },
      { value: renderMeasure(one.walBytes, largest.wal, formatBytes(one.walBytes ?? 0)) },
      { value: renderMeasure(one.sizeGrowthBytes, largest.growth, formatGrowth(one.sizeGrowthBytes ?? 0)) },
      { value: one.rowsWritten === null ? '–' : formatCount(one.rowsWritten) },
    ];
  });
  return renderTable({ caption: 'Statements side by side', columns: statementColumns, rows });
}

function renderHeaviest(statement: StatementTrace): Html {
  const locks = strongestLocks(statement.locks);
  const lock = locks.find(isLoud) ?? locks[0];
  if (lock === undefined) return html`<span class="faint">–</span>`;
  return html`<span class="${blockClasses[lock.blocks]}">${lockModeName(lock.mode)}</span> <span class="faint">${withoutPublic(lock.relation)}</span>`;
}

function renderWalRecords(migration: MigrationTrace): Html | null {
  if (migration.walRecords.length === 0) return null;
  const kinds = migration.walRecords.map(
    (one) => `${one.resourceManager} ${formatCounted(one.records, 'record')}, ${formatBytes(one.bytes)}`,
  );
  return html`<p class="faint">WAL by kind: ${kinds.join(' · ')}</p>`;
}

/** Long migrations fold their statements away: the table above already tells them apart. */
function renderStatements(statements: readonly StatementTrace[]): Html {
  const sections = statements.map((statement, index) => renderStatement(statement, index + 1));
  if (statements.length <= 8) return html`${sections}`;
  return html`<details><summary>All ${statements.length} statements in full</summary>${sections}</details>`;
}
