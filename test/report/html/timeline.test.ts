import { describe, expect, test } from 'vitest';
import { barLength } from '../../../src/report/html/bars.js';
import { layoutLatencies } from '../../../src/report/html/latency-chart.js';
import { linearTicks, logTicks, place } from '../../../src/report/html/scale.js';
import { layoutTimeline, plotLeft, plotRight, timeScale } from '../../../src/report/html/timeline-layout.js';
import { lockOn, migrationOf, statementOf } from '../sample-rehearsal.js';

const migration = migrationOf({
  durationMs: 1000,
  statements: [
    statementOf({
      sql: 'A',
      startedAtMs: 0,
      durationMs: 100,
      locks: [
        lockOn('public.a', 'AccessShareLock', { heldMs: 1000 }),
        lockOn('public.new', 'AccessExclusiveLock', { created: true, heldMs: 1000 }),
      ],
    }),
    statementOf({
      sql: 'B',
      startedAtMs: 500,
      durationMs: 0.01,
      locks: [
        lockOn('public.b', 'AccessExclusiveLock', { heldMs: 500, waitedMs: 250 }),
        lockOn('public.a', 'ShareLock', { heldMs: 0.01 }),
      ],
    }),
  ],
});

describe('the timeline', () => {
  const layout = layoutTimeline(migration);
  const middle = (plotLeft + plotRight) / 2;

  test('has a lane per relation that existed before, the strongest first', () => {
    expect(layout.lanes.map((lane) => [lane.relation, lane.mode, lane.blocks])).toEqual([
      ['public.b', 'AccessExclusiveLock', 'reads and writes'],
      ['public.a', 'ShareLock', 'writes'],
    ]);
  });

  test('places bars from the start of the statement to the end of the hold', () => {
    const bar = layout.lanes[0]?.bars[0];
    expect(bar?.x).toBeCloseTo(middle);
    expect(bar?.width).toBeCloseTo((plotRight - plotLeft) / 2);
    expect(bar?.waitedWidth).toBeCloseTo((plotRight - plotLeft) / 4);
  });

  test('keeps the shortest visible, and paints strong locks over weak ones', () => {
    expect(layout.marks[1]?.width).toBeGreaterThanOrEqual(3);
    expect(layout.lanes[1]?.bars.map((bar) => [bar.lock.mode, bar.width >= 3])).toEqual([
      ['AccessShareLock', true],
      ['ShareLock', true],
    ]);
  });

  test('stays inside the plot', () => {
    const atEnd = migrationOf({
      durationMs: 10,
      statements: [statementOf({ sql: 'x', startedAtMs: 10, durationMs: 0 })],
    });
    const [mark] = layoutTimeline(atEnd).marks;
    expect((mark?.x ?? 0) + (mark?.width ?? 0)).toBeLessThanOrEqual(plotRight);
  });

  test('shows at most 24 lanes and counts the rest', () => {
    const locks = Array.from({ length: 30 }, (_, index) =>
      lockOn(`public.t${index}`, 'AccessShareLock', { heldMs: 1 }),
    );
    const wide = layoutTimeline(migrationOf({ statements: [statementOf({ sql: 'x', locks })] }));
    expect([wide.lanes.length, wide.hiddenLanes]).toEqual([24, 6]);
  });
});

describe('latencies', () => {
  const time = timeScale(migration);

  test('are absent without traffic', () => expect(layoutLatencies([], time, 0)).toBeNull());

  test('use a log axis when a stall dwarfs the rest, and keep the stall', () => {
    const points = Array.from({ length: 5000 }, (_, index) => ({
      atMs: index / 5,
      latencyMs: index === 2501 ? 800 : 0.5,
      operation: 'read' as const,
    }));
    const layout = layoutLatencies(points, time, 0);
    expect(layout?.latency.kind).toBe('log');
    expect(layout?.ticks).toEqual([0.1, 1, 10, 100, 1000]);
    const drawn = layout?.series[0]?.points ?? [];
    expect(drawn.length).toBeLessThan(800);
    const stall = layout === null ? 0 : place(layout.latency, 800);
    expect(drawn.some((point) => point.y === stall)).toBe(true);
  });

  test('use a linear axis from zero when they are alike', () => {
    const points = [2, 3, 4].map((latencyMs) => ({ atMs: latencyMs, latencyMs, operation: 'write' as const }));
    expect(layoutLatencies(points, time, 0)?.latency).toMatchObject({ kind: 'linear', from: 0 });
  });
});

test('ticks are round', () => {
  expect(linearTicks(0, 1482, 8)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400]);
  expect(linearTicks(0, 0.3, 4)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(logTicks(0.1, 100)).toEqual([0.1, 1, 10, 100]);
});

test('small bars are in proportion and never vanish', () => {
  expect([barLength(50, 100, 90), barLength(-100, 100, 90), barLength(1, 1e9, 90), barLength(0, 0, 90)]).toEqual([
    45, 90, 2, 0,
  ]);
});
