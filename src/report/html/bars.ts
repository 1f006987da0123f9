import { type Html, html } from './escape.js';

const width = 90;

/** A number with a small bar below it: as long as its share of the largest, never invisible. */
export function renderMeasure(value: number | null, largest: number, words: string): Html {
  if (value === null) return html`<span class="faint">–</span>`;
  if (value === 0) return html`<span class="faint">${words}</span>`;
  const length = barLength(value, largest, width);
  const kind = value < 0 ? 'shrink' : 'grow';
  return html`${words}<svg class="measure" width="${width}" height="5" viewBox="0 0 ${width} 5" aria-hidden="true"><rect class="track" width="${width}" height="5" rx="2.5"/><rect class="${kind}" width="${length}" height="5" rx="2.5"/></svg>`;
}

/** The length of a bar in the same unit as `full`; at least 2 for anything but nothing. */
export function barLength(value: number, largest: number, full: number): number {
  if (value === 0 || largest === 0) return 0;
  return Math.max(2, Math.min(1, Math.abs(value) / largest) * full);
}

/** The largest magnitude among known values; 0 when nothing is known. */
export function largestOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((largest, value) => Math.max(largest, Math.abs(value ?? 0)), 0);
}
