import type { MigrationTrace, StatementTrace } from '../../model/trace.js';
import { type BlockedTraffic, type RelationLock, isLoud, lockStrength, strongestLocks } from '../lock-summary.js';
import { type Scale, place } from './scale.js';

export const plotLeft = 250;
export const plotRight = 980;
const minBarWidth = 3;
const laneLimit = 24;

export interface LockBar {
  readonly statement: number;
  readonly lock: RelationLock;
  readonly x: number;
  readonly width: number;
  /** The first part of the bar, in which the statement waited for the lock. */
  readonly waitedWidth: number;
}

export interface Lane {
  readonly relation: string;
  readonly kind: RelationLock['kind'];
  readonly mode: RelationLock['mode'];
  readonly blocks: BlockedTraffic;
  readonly bars: readonly LockBar[];
}

export interface StatementMark {
  readonly number: number;
  readonly statement: StatementTrace;
  readonly x: number;
  readonly width: number;
}

export interface TimelineLayout {
  readonly time: Scale;
  readonly marks: readonly StatementMark[];
  readonly lanes: readonly Lane[];
  readonly hiddenLanes: number;
}

/** Where everything stands on a migration's time axis: statements on top, below them one lane per locked relation. */
export function layoutTimeline(migration: MigrationTrace): TimelineLayout {
  const time = timeScale(migration);
  const marks = migration.statements.map((statement, index) => ({
    number: index + 1,
    statement,
    ...span(time, statement.startedAtMs, statement.durationMs),
  }));
  const lanes = collectLanes(migration, time);
  return { time, marks, lanes: lanes.slice(0, laneLimit), hiddenLanes: Math.max(0, lanes.length - laneLimit) };
}

/** From the migration's start, or a little before it where traffic was under way, to the last thing that happened. */
export function timeScale(migration: MigrationTrace): Scale {
  const ends = migration.statements.flatMap((statement) => [
    statement.startedAtMs + statement.durationMs,
    ...statement.locks.map((lock) => statement.startedAtMs + (lock.heldMs ?? 0)),
  ]);
  const end = ends.reduce((a, b) => Math.max(a, b), Math.max(migration.durationMs, 0.1));
  const first = migration.latencies.reduce((earliest, point) => Math.min(earliest, point.atMs), 0);
  const last = migration.latencies.reduce((latest, point) => Math.max(latest, point.atMs), 0);
  const from = Math.max(first, -end / 4);
  const to = Math.max(end, Math.min(last, end * 1.25));
  return { from, to, kind: 'linear', start: plotLeft, end: plotRight };
}

function span(time: Scale, startMs: number, lengthMs: number): { readonly x: number; readonly width: number } {
  const x = Math.min(place(time, startMs), time.end - minBarWidth);
  return { x, width: Math.max(minBarWidth, place(time, startMs + lengthMs) - x) };
}

function collectLanes(migration: MigrationTrace, time: Scale): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  for (const [index, statement] of migration.statements.entries()) {
    for (const lock of strongestLocks(statement.locks)) {
      if (lock.kind === 'toast') continue;
      const known = lanes.get(lock.relation);
      const strongest = known !== undefined && lockStrength(known.mode) >= lockStrength(lock.mode) ? known : lock;
      const { relation, kind, mode, blocks } = strongest;
      lanes.set(lock.relation, {
        relation,
        kind,
        mode,
        blocks,
        bars: [...(known?.bars ?? []), placeBar(time, { statement, number: index + 1 }, lock)],
      });
    }
  }
  return [...lanes.values()].map(strongestBarsLast).sort(compareLanes);
}

interface NumberedStatement {
  readonly statement: StatementTrace;
  readonly number: number;
}

function placeBar(time: Scale, { statement, number }: NumberedStatement, lock: RelationLock): LockBar {
  const { x, width } = span(time, statement.startedAtMs, lock.heldMs ?? statement.durationMs);
  const waited = lock.waitedMs === null ? 0 : span(time, statement.startedAtMs, lock.waitedMs).width;
  return { statement: number, lock, x, width, waitedWidth: Math.min(width, waited) };
}

// Painted in this order, so a weak lock never hides a strong one.
function strongestBarsLast(lane: Lane): Lane {
  return { ...lane, bars: lane.bars.toSorted((a, b) => lockStrength(a.lock.mode) - lockStrength(b.lock.mode)) };
}

function compareLanes(a: Lane, b: Lane): number {
  const loud = Number(isLoud(b)) - Number(isLoud(a));
  return loud || lockStrength(b.mode) - lockStrength(a.mode) || firstX(a) - firstX(b);
}

function firstX(lane: Lane): number {
  return lane.bars.reduce((x, one) => Math.min(x, one.x), plotRight);
}
