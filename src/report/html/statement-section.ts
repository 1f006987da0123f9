import type { StatementError, StatementTrace, TrafficTrace } from '../../model/trace.js';
import { type BlockedTraffic, blockedInWords, lockModeName, lockStrength, withoutPublic } from '../lock-summary.js';
import { blockedTraffic, type LockTrace } from '../../model/locks.js';
import { formatBytes, formatCount, formatCounted, formatDuration, formatGrowth } from '../units.js';
import { clipText } from '../visible-text.js';
import { type Html, type HtmlValue, html } from './escape.js';
import { highlightSql } from './sql-highlight.js';
import { type Column, renderTable } from './table.js';

const sqlLimit = 20_000;

/** One statement in full: its SQL, its error, its locks, what it wrote and what traffic felt. */
export function renderStatement(statement: StatementTrace, number: number): Html {
  const failed = statement.error === null ? '' : ' failed';
  return html`<div class="statement"><h3><span><span class="number${failed}">${String(number)}</span>${statement.path}:${String(statement.line)}</span><span class="faint">${formatDuration(statement.durationMs)}</span></h3>
${renderSql(statement.sql)}
${statement.error === null ? null : renderError(statement.error)}
${renderLocks(statement.locks)}
${renderTraffic(statement.traffic)}
${renderFacts(statement)}
${statement.notices.length === 0 ? null : html`<ul class="plain">${statement.notices.map((one) => html`<li class="${one.severity === 'WARNING' ? 'warn' : 'faint'}">${one.severity} ${one.code}: ${one.message}</li>`)}</ul>`}
</div>`;
}

function renderSql(sql: string): Html {
  const { shown, omitted } = clipText(sql, sqlLimit);
  const rest = omitted > 0 ? html`<p class="faint">… ${formatCount(omitted)} more characters</p>` : null;
  return html`<pre tabindex="0"><code>${highlightSql(shown)}</code></pre>${rest}`;
}

function renderError(error: StatementError): Html {
  const code = error.code === null ? 'connection lost' : `SQLSTATE ${error.code}`;
  return html`<p class="bad"><b>${error.message}</b> (${code})</p>
${error.detail === null ? null : html`<p>${error.detail}</p>`}${error.hint === null ? null : html`<p class="faint">Hint: ${error.hint}</p>`}
<p class="mono">${error.path}:${String(error.line)}:${String(error.column)}</p><pre class="error" tabindex="0">${error.excerpt}</pre>`;
}

const blockClasses: Readonly<Record<BlockedTraffic, string>> = {
  'reads and writes': 'both-text',
  writes: 'writes-text',
  none: 'none-text',
};

const lockColumns: readonly Column[] = [
  { title: 'Relation' },
  { title: 'Kind' },
  { title: 'Mode' },
  { title: 'Meaning' },
  { title: 'Held', isNumber: true, label: 'held' },
  { title: 'Waited', isNumber: true, label: 'waited' },
  { title: 'Seen', label: 'seen' },
];

const trafficColumns: readonly Column[] = [
  { title: 'Relation' },
  { title: 'Operation' },
  { title: 'Requests', isNumber: true, label: 'requests' },
  { title: 'Failed', isNumber: true, label: 'failed' },
  { title: 'Longest stall', isNumber: true, label: 'longest stall' },
  { title: 'p99', isNumber: true, label: 'p99' },
];

function renderLocks(locks: readonly LockTrace[]): Html | null {
  if (locks.length === 0) return null;
  const existing = locks.filter((lock) => !lock.created);
  const created = locks.filter((lock) => lock.created);
  const rows = existing
    .toSorted((a, b) => lockStrength(b.mode) - lockStrength(a.mode))
    .map((lock) => {
      const blocks = blockedTraffic(lock.mode);
      return [
        { value: withoutPublic(lock.relation), look: 'lead' },
        { value: lock.kind },
        { value: lockModeName(lock.mode) },
        { value: blockedInWords(blocks), look: blockClasses[blocks] },
        { value: lock.heldMs === null ? '–' : `≤ ${formatDuration(lock.heldMs)}` },
        { value: lock.waitedMs === null ? '–' : `~${formatDuration(lock.waitedMs)}` },
        { value: lock.certainty },
      ];
    });
  const names = [...new Set(created.map((lock) => withoutPublic(lock.relation)))];
  return html`${
    rows.length === 0
      ? null
      : renderTable({ caption: 'Locks on relations that existed before', columns: lockColumns, rows })
  }${names.length === 0 ? null : html`<p class="faint">Made here, so nobody can wait for them: ${names.join(', ')}</p>`}`;
}

function renderTraffic(traffic: readonly TrafficTrace[]): Html | null {
  if (traffic.length === 0) return null;
  const rows = traffic.map((one) => [
    { value: withoutPublic(one.relation), look: 'lead' },
    { value: one.operation },
    { value: formatCount(one.requests) },
    { value: formatCount(one.failures), look: one.failures > 0 ? 'bad' : '' },
    { value: formatDuration(one.longestStallMs) },
    { value: formatDuration(one.p99Ms) },
  ]);
  return renderTable({ caption: 'What synthetic traffic felt', columns: trafficColumns, rows });
}

function renderFacts(statement: StatementTrace): Html | null {
  const facts: (readonly [string, HtmlValue])[] = [];
  const names = (relations: readonly string[]) => relations.map(withoutPublic).join(', ');
  if (statement.transactionBlock === 'refused') facts.push(['Transaction', 'refuses a transaction block']);
  if (statement.rewrites.length > 0) facts.push(['Rewrites', html`<b class="warn">${names(statement.rewrites)}</b>`]);
  if (statement.scans.length > 0) facts.push(['Reads whole', names(statement.scans)]);
  if (statement.newFiles.length > 0) facts.push(['New files', names(statement.newFiles)]);
  const written = writtenInWords(statement);
  if (written !== '') facts.push(['Writes', written]);
  if (statement.io !== null) facts.push(['I/O', ioInWords(statement.io)]);
  if (statement.standby !== null) facts.push(['Standby', standbyInWords(statement.standby)]);
  if (facts.length === 0) return null;
  return html`<dl>${facts.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

function writtenInWords(statement: StatementTrace): string {
  const parts: string[] = [];
  if (statement.walBytes !== null) parts.push(`WAL ${formatBytes(statement.walBytes)}`);
  if (statement.rowsWritten !== null) parts.push(formatCounted(statement.rowsWritten, 'row'));
  if (statement.sizeGrowthBytes !== null) parts.push(`size ${formatGrowth(statement.sizeGrowthBytes)}`);
  return parts.join(' · ');
}

function ioInWords(io: NonNullable<StatementTrace['io']>): string {
  const blocks = `${formatCount(io.blocksRead)} read, ${formatCount(io.blocksHit)} hit, ${formatCount(io.blocksDirtied)} dirtied, ${formatCount(io.blocksWritten)} written`;
  return `blocks: ${blocks}${io.tempBytes > 0 ? ` · temp ${formatBytes(io.tempBytes)}` : ''}`;
}

function standbyInWords(standby: NonNullable<StatementTrace['standby']>): HtmlValue {
  const lag = `lag ${formatBytes(standby.lagBytes)}, ${formatDuration(standby.lagMs)}`;
  if (standby.cancelledQueries === 0) return lag;
  return html`${lag} · <b class="bad">${formatCounted(standby.cancelledQueries, 'query', 'queries')} cancelled</b>`;
}
