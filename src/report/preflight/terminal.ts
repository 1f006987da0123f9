import type { PreflightReport } from '../../model/preflight.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import type { TerminalOptions } from '../terminal.js';
import { renderGates } from './gate-lines.js';
import { headFacts, verdictInWords } from './preflight-summary.js';

/** The gates for a terminal: what is closed first, and the verdict last. */
export function renderPreflightTerminal(report: PreflightReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const { migrations, gates, notes, verdict } = report;
  const paint = { pass: palette.good, warn: palette.warn, block: palette.bad }[verdict];
  const change = migrations.map(({ path, risk }) => `${path} (${risk})`);
  const lines = [
    ...renderFacts(layout, headFacts(report), palette.faint),
    ...(change.length === 0 ? [] : renderFacts(layout, change, palette.plain)),
    '',
    ...renderGates(layout, gates),
    ...notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
    '',
    ...renderProse(layout, { head: '', text: capital(verdictInWords(report)) }, (text) => palette.title(paint(text))),
  ];
  return `${lines.join('\n')}\n`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
