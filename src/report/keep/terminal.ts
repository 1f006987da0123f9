import type { KeepReport, KeptEntry } from '../../model/keep-report.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderProse, renderRule } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import { formatBytes, formatCounted } from '../units.js';

/** What is kept, or would be dropped, for a terminal: what it is, what it costs, whom it concerns, what holds it. */
export function renderKeepTerminal(report: KeepReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  const { palette } = layout;
  const { tool, action, database, server, entries } = report;
  const lines = [
    ...renderProse(
      layout,
      { head: '', text: `${tool.name} ${tool.version} · keep ${action} in ${database}, PostgreSQL ${server.version}` },
      palette.title,
    ),
    '',
    ...entries.flatMap((entry) => renderEntry(layout, entry, action === 'drop')),
    ...(entries.length === 0 ? [] : ['']),
    ...renderProse(layout, { head: '', text: totalsInWords(report) }, palette.title),
  ];
  return `${lines.join('\n')}\n`;
}

function renderEntry(layout: Layout, entry: KeptEntry, isDropped: boolean): readonly string[] {
  const { palette } = layout;
  const plain = (text: string) => renderProse(layout, { head: '  ', text }, palette.plain);
  const warning = (text: string) => renderProse(layout, { head: '  ! ', text }, palette.warn);
  return [
    renderRule(layout, entry.id, stateOf(entry, palette)),
    ...plain(originOf(entry)),
    ...plain(sizeAndTime(entry)),
    ...warnings(entry, isDropped).flatMap(warning),
  ];
}

function stateOf(entry: KeptEntry, palette: Palette): { readonly text: string; readonly paint: Paint } {
  if (entry.state !== 'kept') return { text: entry.state, paint: palette.bad };
  if (entry.expired) return { text: 'expired', paint: palette.bad };
  return entry.restoredAt === null ? { text: 'kept', paint: palette.good } : { text: 'restored', paint: palette.faint };
}

function originOf({ relation, change }: KeptEntry): string {
  if (relation === null) return 'a table that the list of kept data does not have';
  return `rows of ${relation}, kept before ${change ?? 'an unknown change'}`;
}

function sizeAndTime({ rows, bytes, keptAt, expiresAt, restoredAt }: KeptEntry): string {
  return [
    rows === null ? 'rows unknown' : formatCounted(rows, 'row'),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(keptAt === null ? [] : [`kept ${minute(keptAt)}`]),
    expiresAt === null ? 'no expiry' : `expires ${minute(expiresAt)}`,
    ...(restoredAt === null ? [] : [`put back ${minute(restoredAt)}`]),
  ].join(' · ');
}

/** `2025-01-31 12:30 UTC` */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function warnings(entry: KeptEntry, isDropped: boolean): readonly string[] {
  const { personalData, publications, referencedBy, state, expired, restoredAt, change } = entry;
  const isNeeded = isDropped && state === 'kept' && !expired && restoredAt === null;
  return [
    ...(isNeeded ? [`without it the rollback of ${change} cannot put these rows back`] : []),
    ...(personalData.length === 0 ? [] : [`personal data, by their names: ${personalData.join(', ')}`]),
    ...(publications.length === 0 ? [] : [`still published by ${publications.join(', ')}`]),
    ...referencedBy.map(({ relation, constraint }) => `still referred to by ${constraint} of ${relation}`),
  ];
}

function totalsInWords({ entries, totals, action, dropped }: KeepReport): string {
  if (entries.length === 0) return action === 'list' ? 'Nothing is kept.' : 'There is nothing to drop.';
  const size = `${formatCounted(totals.tables, 'table')}, ${formatBytes(totals.bytes)}`;
  if (action === 'drop') return dropped === true ? `Dropped: ${size}` : `To be dropped: ${size}`;
  return [size, ...(totals.expired === 0 ? [] : [`${totals.expired} expired: lockkeeper keep drop --expired`])].join(
    ' · ',
  );
}
