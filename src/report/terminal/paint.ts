import picocolors from 'picocolors';
import type { Severity } from '../../model/rehearsal.js';
import type { BlockedTraffic } from '../lock-summary.js';

export type Paint = (text: string) => string;

/** The few colours of the report, by meaning; every one is the identity when colour is off. */
export interface Palette {
  readonly title: Paint;
  readonly faint: Paint;
  readonly sql: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly plain: Paint;
  readonly blocks: Readonly<Record<BlockedTraffic, Paint>>;
  readonly severity: Readonly<Record<Severity, Paint>>;
}

export function makePalette(color: boolean): Palette {
  const colors = picocolors.createColors(color);
  return {
    title: colors.bold,
    faint: colors.dim,
    sql: colors.cyan,
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    plain: (text) => text,
    blocks: { 'reads and writes': colors.red, writes: colors.yellow, none: colors.green },
    severity: { error: colors.red, warning: colors.yellow, info: colors.cyan },
  };
}
