import type { StatementTrace } from '../../model/trace.js';
import {
  type RelationLock,
  isLoud,
  lockInWords,
  lockModeName,
  lockedRelation,
  strongestLocks,
  withoutPublic,
} from '../lock-summary.js';
import { stallsInWords } from '../migration-summary.js';
import { formatBytes, formatCount, formatCounted, formatDuration, formatGrowth } from '../units.js';
import { sqlOnOneLine } from '../visible-text.js';
import { fitExcerpt } from './excerpt.js';
import { type Field, type Layout, fieldIndent, renderEnds, renderField } from './layout.js';
import { padText } from './text-width.js';

/** One statement: its line, its SQL on one line, its duration, and below them what it did. */
export function renderStatement(layout: Layout, statement: StatementTrace): readonly string[] {
  const mark = statement.error === null ? ' ' : '✗';
  const head = padText(`${mark} L${statement.line} `, fieldIndent);
  const sql: Field = { label: head, items: [sqlOnOneLine(statement.sql)], paint: layout.palette.sql };
  const fields = [
    ...lockFields(layout, strongestLocks(statement.locks)),
    ...workFields(layout, statement),
    ...trafficFields(layout, statement),
    ...predictionFields(layout, statement),
    ...noticeFields(layout, statement),
  ];
  return [
    renderEnds(layout, sql, formatDuration(statement.durationMs)),
    ...fields.filter((field) => field.items.length > 0).flatMap((field) => renderField(layout, field)),
    ...renderError(layout, statement),
  ];
}

function lockFields(layout: Layout, locks: readonly RelationLock[]): readonly Field[] {
  const loud = layout.verbose ? locks : locks.filter(isLoud);
  const quiet = locks.filter((lock) => !loud.includes(lock));
  const fields = loud.map((lock, index) => ({
    label: index === 0 ? 'locks' : '',
    items: [lockInWords(lock)],
    paint: layout.palette.blocks[lock.blocks],
  }));
  const harmless = quiet.map((lock) => `${lockedRelation(lock)}: ${lockModeName(lock.mode)}`);
  const items = harmless.length > 4 ? [...harmless.slice(0, 3), `${harmless.length - 3} more`] : harmless;
  return [...fields, { label: loud.length > 0 ? '' : 'locks', items, paint: layout.palette.faint }];
}

function workFields(layout: Layout, statement: StatementTrace): readonly Field[] {
  const { palette } = layout;
  const names = (relations: readonly string[]) => relations.map(withoutPublic).join(', ');
  const files: string[] = [];
  if (statement.rewrites.length > 0) files.push(`rewrites ${names(statement.rewrites)}`);
  if (statement.scans.length > 0) files.push(`scans ${names(statement.scans)}`);
  if (layout.verbose && statement.newFiles.length > 0) files.push(`new files ${names(statement.newFiles)}`);
  const rewrote = statement.rewrites.length > 0;
  return [
    { label: 'files', items: files, paint: rewrote ? palette.warn : palette.plain },
    { label: 'writes', items: writtenItems(statement), paint: palette.plain },
    { label: 'I/O', items: ioItems(statement, layout.verbose), paint: palette.plain },
  ];
}

function writtenItems(statement: StatementTrace): readonly string[] {
  const items: string[] = [];
  if (statement.walBytes !== null && statement.walBytes > 0) items.push(`WAL ${formatBytes(statement.walBytes)}`);
  if (statement.rowsWritten !== null && statement.rowsWritten > 0)
    items.push(formatCounted(statement.rowsWritten, 'row'));
  if (statement.sizeGrowthBytes) items.push(`size ${formatGrowth(statement.sizeGrowthBytes)}`);
  return items;
}

function ioItems(statement: StatementTrace, verbose: boolean): readonly string[] {
  if (statement.io === null) return [];
  const { blocksHit, blocksRead, blocksDirtied, blocksWritten, tempBytes } = statement.io;
  const counts: readonly (readonly [number, string])[] = [
    [blocksRead, 'read'],
    [verbose ? blocksHit : 0, 'hit'],
    [blocksDirtied, 'dirtied'],
    [blocksWritten, 'written'],
  ];
  const shown = counts.filter(([count]) => count > 0).map(([count, verb]) => `${formatCount(count)} ${verb}`);
  const blocks = shown.length > 0 ? [`blocks: ${shown.join(', ')}`] : [];
  return tempBytes > 0 ? [...blocks, `temp ${formatBytes(tempBytes)}`] : blocks;
}

function trafficFields(layout: Layout, statement: StatementTrace): readonly Field[] {
  const { palette } = layout;
  const failed = statement.traffic.some((one) => one.failures > 0);
  const standby = statement.standby;
  const lag = standby === null ? [] : [`lag ${formatBytes(standby.lagBytes)}, ${formatDuration(standby.lagMs)}`];
  const cancelled = standby?.cancelledQueries ?? 0;
  return [
    { label: 'stalls', items: stallsInWords(statement.traffic), paint: failed ? palette.bad : palette.plain },
    {
      label: 'standby',
      items: cancelled > 0 ? [...lag, `${formatCounted(cancelled, 'query', 'queries')} cancelled`] : lag,
      paint: cancelled > 0 ? palette.bad : palette.plain,
    },
  ];
}

/** Agreement is said only when everything is shown; a difference always. */
function predictionFields({ palette, verbose }: Layout, { prediction }: StatementTrace): readonly Field[] {
  if (prediction === null) return [];
  const { differences, from } = prediction;
  if (differences.length === 0) {
    return verbose ? [{ label: 'predict', items: [`as predicted from the ${from}`], paint: palette.faint }] : [];
  }
  return differences.map(({ about, relation, predicted, observed }) => ({
    label: 'predict',
    items: [
      `${relation === null ? '' : `${withoutPublic(relation)}: `}${about} ${predicted}, but observed ${observed}`,
    ],
    paint: palette.warn,
  }));
}

function noticeFields(layout: Layout, statement: StatementTrace): readonly Field[] {
  return statement.notices.map((notice) => ({
    label: notice.severity.toLowerCase(),
    items: [notice.message],
    paint: notice.severity === 'WARNING' ? layout.palette.warn : layout.palette.faint,
  }));
}

function renderError(layout: Layout, statement: StatementTrace): readonly string[] {
  const { error } = statement;
  if (error === null) return [];
  const { bad, faint } = layout.palette;
  const place = `${error.path}:${error.line}:${error.column}`;
  const message = error.code === null ? error.message : `${error.message} (${error.code})`;
  const room = layout.width - fieldIndent - 2;
  return [
    ...renderField(layout, { label: 'error', items: [message], paint: bad }),
    ...(error.detail === null ? [] : renderField(layout, { label: 'detail', items: [error.detail], paint: bad })),
    ...(error.hint === null ? [] : renderField(layout, { label: 'hint', items: [error.hint], paint: faint })),
    ...renderField(layout, { label: 'at', items: [place], paint: faint }),
    ...fitExcerpt(error.excerpt, room).map((line) => `${' '.repeat(fieldIndent)}${faint('│')} ${line}`),
  ];
}
