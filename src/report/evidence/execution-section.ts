import type { ApplyReport, ReportedStep } from '../../model/apply-report.js';
import type { ChangeEvidence } from '../../model/evidence-bundle.js';
import { type Html, html } from '../html/escape.js';
import { locksInWords } from '../apply/locks-in-words.js';
import { highlightSql } from '../html/sql-highlight.js';
import { type Column, renderTable } from '../html/table.js';
import { formatBytes, formatDuration } from '../units.js';
import { bodiesOf } from './bodies.js';
import { shortTime } from './evidence-words.js';

/** Every run with its steps: when, how long, what it locked, how long it waited and was waited for, and what it wrote. */
export function renderExecution(evidence: ChangeEvidence): Html | null {
  const runs = bodiesOf(evidence, 'apply');
  return runs.length === 0 ? null : html`<h2>Execution</h2>${runs.map(renderRun)}`;
}

const columns: readonly Column[] = [
  { title: 'Step' },
  { title: 'SQL' },
  { title: 'Locks', label: 'locks' },
  { title: 'Attempts', isNumber: true, label: 'attempts' },
  { title: 'Took', isNumber: true, label: 'took' },
  { title: 'Queued', isNumber: true, label: 'queued' },
  { title: 'Others waited', isNumber: true, label: 'others waited' },
  { title: 'WAL', isNumber: true, label: 'WAL' },
];

function renderRun(run: ApplyReport): Html {
  const { direction, verdict, runner, startedAt, durationMs, steps, state, criteria } = run;
  const look = verdict === 'applied' ? 'good' : 'bad';
  const limits = criteria.map(({ title, limit, unit }) => `${title} (${limit}${unit === '' ? '' : ` ${unit}`})`);
  return html`<div class="panel"><p><span class="badge ${look}">${direction === 'up' ? verdict : `taken back: ${verdict}`}</span> ${shortTime(startedAt)} UTC, ${formatDuration(durationMs)}, by ${runner.osUser}@${runner.host} as ${runner.databaseUser}</p>
<p>${state}</p>
${renderTable({ caption: null, columns, rows: steps.map(rowOf) })}
${limits.length === 0 ? null : html`<p class="faint">What would have ended it: ${limits.join('; ')}.</p>`}</div>`;
}

function rowOf({ id, sql, outcome }: ReportedStep) {
  const attempts = outcome?.attempts ?? [];
  const sum = (read: (attempt: (typeof attempts)[number]) => number | null): string =>
    attempts.length === 0 ? '–' : formatDuration(attempts.reduce((total, one) => total + (read(one) ?? 0), 0));
  const wal = outcome?.walBytes ?? null;
  return [
    { value: html`${id}<br><span class="faint">${outcome?.state ?? 'not begun'}</span>`, look: 'lead' },
    { value: html`<pre>${highlightSql(sql.join(';\n'))}</pre>`, look: 'sql' },
    // A record of an earlier version has none.
    { value: locksInWords(outcome?.locks ?? null) ?? '–' },
    { value: String(attempts.length) },
    { value: sum(({ durationMs }) => durationMs) },
    { value: sum(({ queuedMs }) => queuedMs) },
    { value: outcome === null ? '–' : formatDuration(outcome.longestBlockedMs) },
    { value: wal === null ? '–' : formatBytes(wal) },
  ];
}
