import type { ChangeEvidence } from '../../model/evidence-bundle.js';
import type { WatchReport, WatchSample } from '../../model/watch-report.js';
import type { Surprise } from '../../model/surprise.js';
import { type Html, html } from '../html/escape.js';
import { type Column, renderTable } from '../html/table.js';
import { formatCounted, formatDuration } from '../units.js';
import { bodiesOf } from './bodies.js';
import { shortTime } from './evidence-words.js';
import { renderSeries } from './series-chart.js';

interface Series {
  readonly title: string;
  readonly read: (sample: WatchSample) => number | null;
}

const ownSeries: readonly Series[] = [
  { title: 'Sessions that wait', read: ({ waitingSessions }) => waitingSessions },
  { title: 'Part of the connections in use', read: ({ connections }) => connections },
  { title: 'Lag of the standbys, ms', read: ({ replicaLagMs }) => replicaLagMs },
  { title: 'New faults of integrity', read: ({ newFaults }) => newFaults },
];

/** The watchers' time series, and what was decided on them. */
export function renderWatch(evidence: ChangeEvidence): Html | null {
  const watches = bodiesOf(evidence, 'watch');
  return watches.length === 0 ? null : html`<h2>Watch</h2>${watches.map(renderOne)}`;
}

function renderOne({ decision, samples, decisions, changedAt, ended, surprises }: WatchReport): Html {
  const look = { continue: 'good', assess: 'warn', 'roll back now': 'bad' }[decision.verdict];
  const length = samples.at(-1)?.sinceChangeMs ?? 0;
  const alarms = decisions.filter(({ verdict }) => verdict !== 'continue').map(({ sinceChangeMs }) => sinceChangeMs);
  const names = [...new Set(samples.flatMap(({ metrics }) => Object.keys(metrics)))];
  const metrics: readonly Series[] = names.map((title) => ({ title, read: (sample) => sample.metrics[title] ?? null }));
  return html`<div class="panel"><p><span class="badge ${look}">${decision.verdict}</span> ${formatDuration(length)} from ${shortTime(changedAt)} UTC, ${formatCounted(samples.length, 'look')}${ended === 'interrupted' ? ', interrupted' : ''}</p>
<p>${decision.reason}</p>
<div class="charts">${[...metrics, ...ownSeries].map(({ title, read }) => renderSeries(title, { points: samples.map((one) => ({ atMs: one.sinceChangeMs, value: read(one) })), marks: alarms }))}</div>
${renderSurprises(surprises)}</div>`;
}

const surpriseColumns: readonly Column[] = [{ title: 'Step' }, { title: 'Surprise' }, { title: 'What to update' }];

function renderSurprises(surprises: readonly Surprise[]): Html | null {
  if (surprises.length === 0) return null;
  const rows = surprises.map(({ stepId, text, runbook, update }) => [
    { value: stepId, look: 'lead' },
    { value: text },
    { value: html`<b>${runbook}</b>: ${update}` },
  ]);
  return html`<h3>Surprises</h3>${renderTable({ caption: null, columns: surpriseColumns, rows })}`;
}
