import type { MigrationTrace } from '../../model/trace.js';
import { type BlockedTraffic, blockedInWords, lockInWords, lockModeName, lockedRelation } from '../lock-summary.js';
import { formatDuration } from '../units.js';
import { sqlOnOneLine } from '../visible-text.js';
import { type Html, html } from './escape.js';
import { layoutLatencies, renderLatencies } from './latency-chart.js';
import { linearTicks, place, type Scale } from './scale.js';
import { type Lane, type LockBar, type StatementMark, layoutTimeline, plotLeft, plotRight } from './timeline-layout.js';

const marksTop = 8;
const marksHeight = 20;
const lanesTop = 42;
const laneHeight = 30;
const barHeight = 14;
const axisHeight = 26;
const viewWidth = 1000;

/** Which lock was held on which relation when and, on the same time axis, what traffic felt. */
export function renderTimeline(migration: MigrationTrace, id: string): Html {
  const { time, marks, lanes, hiddenLanes } = layoutTimeline(migration);
  const lanesBottom = lanesTop + Math.max(1, lanes.length) * laneHeight;
  const latencies = layoutLatencies(migration.latencies, time, lanesBottom + 34);
  const plotBottom = latencies === null ? lanesBottom : latencies.bottom;
  const height = plotBottom + axisHeight;
  return html`<div class="scroll timeline-scroll"><svg class="timeline" viewBox="0 0 ${viewWidth} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">Timeline of ${migration.id}</title>
<desc id="${id}-d">${describeTimeline(migration, lanes)}</desc>
${renderAxis(time, plotBottom)}
<text class="lane-label" x="${plotLeft - 10}" y="${marksTop + 14}" text-anchor="end">statements</text>
${marks.map((mark) => renderMark(mark, plotBottom))}
${lanes.length === 0 ? html`<text class="empty" x="${plotLeft + 6}" y="${lanesTop + 16}">no lock on a relation that existed before</text>` : null}
${lanes.map((lane, index) => renderLane(lane, lanesTop + index * laneHeight))}
${latencies === null ? null : renderLatencies(latencies)}
</svg></div>
${hiddenLanes > 0 ? html`<p class="faint">${hiddenLanes} more relations with weaker locks are in the lock tables below.</p>` : null}`;
}

function describeTimeline(migration: MigrationTrace, lanes: readonly Lane[]): string {
  const locks = lanes.map(
    (lane) => `${lockedRelation(lane)}: ${lockModeName(lane.mode)}, ${blockedInWords(lane.blocks)}`,
  );
  const held =
    locks.length === 0 ? 'No lock on a relation that existed before.' : `Strongest locks: ${locks.join('; ')}.`;
  const length = `${migration.statements.length} statements in ${formatDuration(migration.durationMs)}.`;
  return `${length} ${held} The tables below hold the same numbers.`;
}

function renderAxis(time: Scale, bottom: number): readonly Html[] {
  const ticks = linearTicks(time.from, time.to, 8);
  return ticks.map((tick) => {
    const x = place(time, tick);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${marksTop}" y2="${bottom}"/><text class="tick" x="${x}" y="${bottom + 17}" text-anchor="middle">${tickInWords(tick, ticks)}</text>`;
  });
}

/** Ticks of one axis share a unit, so they can be compared at a glance. */
function tickInWords(tick: number, ticks: readonly number[]): string {
  const largest = ticks.at(-1) ?? tick;
  if (largest < 1000) return `${tick} ms`;
  return largest < 120_000 ? `${tick / 1000} s` : `${Number((tick / 60_000).toFixed(1))} min`;
}

function renderMark(mark: StatementMark, bottom: number): Html {
  const { x, width, number, statement } = mark;
  const state = statement.error === null ? (number % 2 === 0 ? 'even' : 'odd') : 'failed';
  const label = `${number}: ${sqlOnOneLine(statement.sql, 120)} (${formatDuration(statement.durationMs)})`;
  const digits = String(number);
  return html`<g><title>${label}</title><line class="start" x1="${x}" x2="${x}" y1="${marksTop + marksHeight}" y2="${bottom}"/><rect class="mark ${state}" x="${x}" y="${marksTop}" width="${width}" height="${marksHeight}" rx="2"/>${
    width > digits.length * 8 + 4
      ? html`<text class="mark-label" x="${x + width / 2}" y="${marksTop + 14}" text-anchor="middle">${digits}</text>`
      : null
  }</g>`;
}

const barClasses: Readonly<Record<BlockedTraffic, string>> = {
  'reads and writes': 'both',
  writes: 'writes',
  none: 'none',
};

function renderLane(lane: Lane, top: number): Html {
  return html`<text class="lane-label" x="${plotLeft - 10}" y="${top + 12}" text-anchor="end">${shorten(lockedRelation(lane), 36)}</text>
<text class="lane-mode ${barClasses[lane.blocks]}" x="${plotLeft - 10}" y="${top + 26}" text-anchor="end">${lockModeName(lane.mode)}</text>
<line class="lane" x1="${plotLeft}" x2="${plotRight}" y1="${top + laneHeight - 0.5}" y2="${top + laneHeight - 0.5}"/>
${lane.bars.map((bar) => renderBar(bar, top + (laneHeight - barHeight) / 2))}`;
}

function renderBar(bar: LockBar, y: number): Html {
  const name = barClasses[bar.lock.blocks];
  const held = html`<rect class="bar ${name}" x="${bar.x + bar.waitedWidth}" y="${y}" width="${bar.width - bar.waitedWidth}" height="${barHeight}" rx="2"/>`;
  const waited =
    bar.waitedWidth > 0
      ? html`<rect class="bar waited ${name}" x="${bar.x}" y="${y}" width="${bar.waitedWidth}" height="${barHeight}" rx="2"/><rect fill="url(#hatch)" x="${bar.x}" y="${y}" width="${bar.waitedWidth}" height="${barHeight}" rx="2"/>`
      : null;
  return html`<g><title>statement ${bar.statement}, ${lockInWords(bar.lock)}</title>${waited}${held}</g>`;
}

function shorten(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length > limit ? `…${characters.slice(1 - limit).join('')}` : text;
}

/** What the colours of the bars mean, and the hatching that all timelines of a page share. */
export function renderLegend(): Html {
  return html`<p class="legend" aria-hidden="true"><svg width="0" height="0"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="6"/></pattern></defs></svg>
<span><i class="swatch both"></i>stops reads and writes</span><span><i class="swatch writes"></i>stops writes</span><span><i class="swatch none"></i>lets traffic pass</span><span><svg width="22" height="12"><rect class="bar waited both" width="22" height="12" rx="2"/><rect fill="url(#hatch)" width="22" height="12" rx="2"/></svg>waiting for the lock</span></p>`;
}
