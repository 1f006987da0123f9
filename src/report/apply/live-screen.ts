import { type Layout, renderEnds } from '../terminal/layout.js';
import { makePalette, type Paint, type Palette } from '../terminal/paint.js';
import { truncateText, wrapItems, wrapProse } from '../terminal/text-width.js';
import { formatCounted, formatDuration } from '../units.js';
import { showControls, sqlOnOneLine } from '../visible-text.js';
import { failureInWords } from './apply-summary.js';
import type { LiveCurrent, LiveState, LiveStep } from './live-state.js';
import { samplesInWords } from './samples-in-words.js';

export interface ScreenOptions {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
  readonly nowMs: number;
}

/** The run as it stands, in no more lines than there is room for; none is wider than the screen. */
export function renderLive(state: LiveState, { width, height, color, nowMs }: ScreenOptions): readonly string[] {
  const layout: Layout = { width: Math.max(20, width), palette: makePalette(color), verbose: false };
  const around = [
    ...renderSamples(layout, state),
    ...state.remarks.map((text) => line(layout, `  ! ${text}`, layout.palette.warn)),
  ];
  const current = state.current === null ? [] : renderCurrent(layout, state.current);
  const room = Math.max(1, height - 1 - around.length - current.length);
  const head = headLine(layout, state, nowMs);
  return [head, ...renderSteps(layout, { state, current, room, nowMs }), ...around].slice(0, Math.max(1, height));
}

function headLine(layout: Layout, { phase, steps, startedMs }: LiveState, nowMs: number): string {
  const done = steps.filter(({ state }) => state === 'applied').length;
  const text = phase !== '' || steps.length === 0 ? phase : `${done} of ${formatCounted(steps.length, 'step')} applied`;
  return renderEnds(
    layout,
    { label: '', items: [text], paint: layout.palette.title },
    formatDuration(nowMs - startedMs),
  );
}

interface StepLines {
  readonly state: LiveState;
  readonly current: readonly string[];
  readonly room: number;
  readonly nowMs: number;
}

/** The running step with what is known of it; of the others as many as there is room for, the nearest first. */
function renderSteps(layout: Layout, { state, current, room, nowMs }: StepLines): readonly string[] {
  const { steps } = state;
  const at = Math.max(
    0,
    steps.findLastIndex((step) => step.state !== null),
  );
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), steps.length - room));
  return steps
    .slice(first, first + room)
    .flatMap((step) => [stepLine(layout, step, { state, nowMs }), ...(step.state === 'running' ? current : [])]);
}

function stepLine(layout: Layout, step: LiveStep, { state, nowMs }: { state: LiveState; nowMs: number }): string {
  const { palette } = layout;
  const sinceMs = state.current?.sinceMs ?? nowMs;
  const ms = step.state === 'running' ? nowMs - sinceMs : step.durationMs;
  const label = `  ${marks[step.state ?? 'waiting']} ${step.stepId}  `;
  const left = { label, items: [sqlOnOneLine(step.sql, 200)], paint: paintOf(palette, step) };
  return renderEnds(layout, left, ms === null ? '' : formatDuration(ms));
}

const marks = { running: '▸', applied: '✓', 'not-applied': '✗', indeterminate: '?', waiting: '·' } as const;

function paintOf(palette: Palette, { state }: LiveStep): Paint {
  if (state === null) return palette.faint;
  return { running: palette.title, applied: palette.good, 'not-applied': palette.bad, indeterminate: palette.bad }[
    state
  ];
}

function renderCurrent(layout: Layout, current: LiveCurrent): readonly string[] {
  const { palette } = layout;
  const { statement, obstacle, failure, attempt } = current;
  const again = attempt === null || (failure !== null && failure.attempt >= attempt.attempt);
  return [
    ...(attempt === null ? [] : [line(layout, `      ${attemptInWords(attempt)}`, palette.faint)]),
    ...(statement === null ? [] : [line(layout, `      ${statementInWords(statement)}`, palette.sql)]),
    ...(obstacle === null ? [] : wrapped(layout, `waits outside the queue: ${obstacle}`, palette.warn)),
    ...lockLines(layout, current),
    ...progressLines(layout, current),
    ...(failure === null || !again ? [] : wrapped(layout, `✗ ${failureInWords(failure.failure)}`, palette.bad)),
  ];
}

function attemptInWords({ attempt, lockTimeoutMs, queueLeftMs }: NonNullable<LiveCurrent['attempt']>): string {
  const timeout = lockTimeoutMs === 0 ? 'no lock timeout' : `lock timeout ${formatDuration(lockTimeoutMs)}`;
  return `attempt ${attempt} · ${timeout} · ${formatDuration(queueLeftMs)} of the queue budget left`;
}

function statementInWords({ number, count, place, sql }: NonNullable<LiveCurrent['statement']>): string {
  return `${count === 1 ? '' : `${number} of ${count}, `}${place}  ${sqlOnOneLine(sql, 200)}`;
}

function lockLines(layout: Layout, { locks }: LiveCurrent): readonly string[] {
  if (locks === null) return [];
  const { queuedMs, waiters, longestWaitMs } = locks;
  const words = [
    ...(queuedMs === null ? [] : [`in the lock queue for ${formatDuration(queuedMs)}`]),
    ...(waiters === 0
      ? []
      : [`${formatCounted(waiters, 'session')} waiting for its locks, the longest ${formatDuration(longestWaitMs)}`]),
  ];
  return words.map((text) => line(layout, `      ${text}`, layout.palette.warn));
}

function progressLines(layout: Layout, { progress }: LiveCurrent): readonly string[] {
  if (progress === null) return [];
  const { phase, fraction, remainingMs } = progress;
  const done = fraction === null ? '' : ` ${Math.floor(fraction * 100)} %`;
  const left = remainingMs === null ? '' : `, about ${formatDuration(remainingMs)} left`;
  return [line(layout, `      ${phase}${done}${left}`, layout.palette.plain)];
}

function renderSamples(layout: Layout, { samples }: LiveState): readonly string[] {
  const words = samplesInWords(samples);
  return wrapItems(words, ' · ', layout.width - 2).map((text) => layout.palette.faint(`  ${text}`));
}

function line({ width }: Layout, text: string, paint: Paint): string {
  return paint(truncateText(showControls(text).replace(/[\n\t]/g, ' '), width));
}

/** Who is in the way, and why it failed, is worth more than one line. */
function wrapped(layout: Layout, text: string, paint: Paint): readonly string[] {
  const margin = '      ';
  const words = showControls(text).replace(/[\n\t]/g, ' ');
  return wrapProse(words, layout.width - margin.length)
    .slice(0, longestRemark)
    .map((part) => paint(`${margin}${part}`));
}

const longestRemark = 3;
