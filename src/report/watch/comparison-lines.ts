import type { FigureComparison } from '../../model/target-figures.js';
import { formatBytes, formatCounted, formatDuration } from '../units.js';

const shownQuery = 60;

/** `public.users dead rows: 12 → 4,000 (!)`; only what changed, or somebody should look at. */
export function comparisonLines(comparison: readonly FigureComparison[]): readonly string[] {
  return comparison
    .filter(({ notable, difference }) => notable || (difference !== null && difference !== 0))
    .map((line) => {
      const { subject, figure, notable } = line;
      const what = subject.length > shownQuery ? `${subject.slice(0, shownQuery)}…` : subject;
      return `${what} ${figure}: ${valueInWords(line, line.before)} → ${valueInWords(line, line.after)}${notable ? ' (!)' : ''}`;
    });
}

function valueInWords({ unit }: Pick<FigureComparison, 'unit'>, value: number | null): string {
  if (value === null) return 'not known';
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'ms':
      return formatDuration(value);
    case 'rows':
      return formatCounted(Math.round(value), 'row');
    case 'count':
      return String(Math.round(value));
    case '':
      return String(Number(value.toPrecision(3)));
    default:
      return unit satisfies never;
  }
}
