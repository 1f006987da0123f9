import { Html, html } from '../html/escape.js';
import { formatDuration } from '../units.js';

export interface SeriesData {
  readonly points: readonly { readonly atMs: number; readonly value: number | null }[];
  /** Moments that stand out, in milliseconds. */
  readonly marks: readonly number[];
}

const [width, height] = [360, 96];
const plot = { left: 4, right: width - 4, top: 16, bottom: height - 16 };

/** One figure over time, as a line that breaks where nothing was known. Null where there is nothing to draw. */
export function renderSeries(title: string, { points, marks }: SeriesData): Html | null {
  const known = points.flatMap(({ atMs, value }) => (value === null ? [] : [{ atMs, value }]));
  if (known.length === 0) return null;
  const first = points[0]?.atMs ?? 0;
  const span = Math.max(1, (points.at(-1)?.atMs ?? 0) - first);
  const highest = Math.max(...known.map(({ value }) => value));
  const top = Math.max(highest, Number.MIN_VALUE);
  const x = (atMs: number): number => round(plot.left + ((atMs - first) / span) * (plot.right - plot.left));
  const y = (value: number): number => round(plot.bottom - (Math.max(0, value) / top) * (plot.bottom - plot.top));
  let pen = 'M';
  const path = points
    .map(({ atMs, value }) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const part = `${pen}${x(atMs)} ${y(value)}`;
      pen = 'L';
      return part;
    })
    .join('');
  const shown = Math.round(highest * 1_000) / 1_000;
  return html`<div><h3>${title}</h3><svg class="series" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}, at most ${String(shown)}">
<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>
${marks.map((at) => html`<line class="mark" x1="${x(at)}" x2="${x(at)}" y1="${plot.top}" y2="${plot.bottom}"/>`)}
<path class="line" d="${new Html(path)}"/>
<text x="${plot.left}" y="11">at most ${String(shown)}</text><text x="${plot.right}" y="${height - 3}" text-anchor="end">${formatDuration(first + span)}</text></svg></div>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
