import type { LatencyPoint } from '../../model/trace.js';
import { formatDuration } from '../units.js';
import { type Html, html } from './escape.js';
import { linearTicks, logTicks, place, type Scale } from './scale.js';

const chartHeight = 130;
/** Above this ratio of the slowest to the fastest request a linear axis shows only the slowest. */
const logRatio = 30;

export interface LatencySeries {
  readonly operation: LatencyPoint['operation'];
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LatencyLayout {
  readonly time: Scale;
  readonly latency: Scale;
  readonly ticks: readonly number[];
  readonly series: readonly LatencySeries[];
  readonly top: number;
  readonly bottom: number;
}

/** Requests by their intended start and their latency, thinned to what can be told apart; null without requests. */
export function layoutLatencies(points: readonly LatencyPoint[], time: Scale, top: number): LatencyLayout | null {
  const visible = points.filter((point) => point.atMs >= time.from && point.atMs <= time.to);
  if (visible.length === 0) return null;
  const bottom = top + chartHeight;
  const latency = latencyScale(visible, { start: bottom, end: top });
  const series = (['read', 'write', 'standby read'] as const)
    .map((operation) => ({
      operation,
      points: thin(
        visible.filter((one) => one.operation === operation),
        time,
        latency,
      ),
    }))
    .filter((one) => one.points.length > 0);
  const ticks = latency.kind === 'log' ? logTicks(latency.from, latency.to) : linearTicks(0, latency.to, 4);
  return { time, latency, ticks, series, top, bottom };
}

function latencyScale(points: readonly LatencyPoint[], ends: Pick<Scale, 'start' | 'end'>): Scale {
  const slowest = points.reduce((max, point) => Math.max(max, point.latencyMs), 0.1);
  const fastest = points.reduce((min, point) => Math.min(min, Math.max(point.latencyMs, 0.01)), slowest);
  if (slowest / fastest <= logRatio) return { from: 0, to: slowest * 1.1, kind: 'linear', ...ends };
  const powerBelow = 10 ** Math.floor(Math.log10(fastest));
  const powerAbove = 10 ** Math.ceil(Math.log10(slowest));
  return { from: powerBelow, to: powerAbove, kind: 'log', ...ends };
}

/** At most the slowest and the fastest request in each two-pixel column: stalls are never thinned away. */
function thin(points: readonly LatencyPoint[], time: Scale, latency: Scale): LatencySeries['points'] {
  const columns = new Map<number, { readonly slowest: LatencyPoint; readonly fastest: LatencyPoint }>();
  for (const point of points) {
    const column = Math.round(place(time, point.atMs) / 2);
    const { slowest = point, fastest = point } = columns.get(column) ?? {};
    columns.set(column, {
      slowest: point.latencyMs > slowest.latencyMs ? point : slowest,
      fastest: point.latencyMs < fastest.latencyMs ? point : fastest,
    });
  }
  const kept = [...columns.values()].flatMap(({ slowest, fastest }) =>
    slowest === fastest ? [slowest] : [slowest, fastest],
  );
  const floor = latency.kind === 'log' ? latency.from : 0;
  return kept.map((point) => ({ x: place(time, point.atMs), y: place(latency, Math.max(floor, point.latencyMs)) }));
}

const seriesClasses: Readonly<Record<LatencyPoint['operation'], string>> = {
  read: 'read',
  write: 'write',
  'standby read': 'standby',
};

/** The chart below the lanes: one dot per request, its own axis of latency at the left. */
export function renderLatencies(layout: LatencyLayout): Html {
  const { time, latency, top, bottom } = layout;
  const axis = layout.ticks.map((tick) => {
    const y = place(latency, tick);
    return html`<line class="grid" x1="${time.start}" x2="${time.end}" y1="${y}" y2="${y}"/><text class="tick" x="${time.start - 8}" y="${y + 4}" text-anchor="end">${tick < 1 ? `${tick} ms` : formatTick(tick)}</text>`;
  });
  return html`<text class="lane-label" x="12" y="${top + 4}">latency of traffic</text><text class="lane-mode" x="12" y="${top + 18}">by intended start${latency.kind === 'log' ? ', log scale' : ''}</text>
${layout.series.map((series, index) => renderSeriesLabel(series.operation, top + 40 + index * 18))}
${axis}<line class="axis" x1="${time.start}" x2="${time.end}" y1="${bottom}" y2="${bottom}"/>
${layout.series.map((series) => renderSeries(series))}`;
}

function formatTick(ms: number): string {
  return formatDuration(ms).replace(/\.0+(?= )/, '');
}

function renderSeriesLabel(operation: LatencyPoint['operation'], y: number): Html {
  return html`<path class="dots ${seriesClasses[operation]}" d="M18 ${y - 4}h0"/><text class="series-label" x="28" y="${y}">${operation}s</text>`;
}

// One path of zero-length strokes with round caps: a dot costs a dozen bytes.
function renderSeries(series: LatencySeries): Html {
  const path = series.points.map(({ x, y }) => `M${round(x)} ${round(y)}h0`).join('');
  return html`<path class="dots ${seriesClasses[series.operation]}" d="${path}"/>`;
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
