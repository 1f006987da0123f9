import { expect, test } from 'vitest';
import { Elapsed } from '../../../src/after/watch/observe/elapsed.js';

const start = Date.parse('2026-03-01T12:00:00.000Z');

function clockAt() {
  const time = { now: 1_000, date: start };
  const clock = {
    now: () => time.now,
    date: () => new Date(time.date),
    sleep: () => Promise.resolve(),
  };
  return { time, clock };
}

function elapsedAfter(changedMsAgo: number) {
  const { time, clock } = clockAt();
  const elapsed = new Elapsed(clock, { changedAt: new Date(start - changedMsAgo), longestStepMs: 60_000 });
  const pass = (ticked: number, wall = ticked) => {
    time.now += ticked;
    time.date += wall;
    return elapsed.next();
  };
  return pass;
}

test('time passes since the change', () => {
  const pass = elapsedAfter(30_000);
  expect(pass(5_000)).toEqual({ at: '2026-03-01T12:00:05.000Z', sinceChangeMs: 35_000, gapMs: 0 });
});

test('a machine that slept has a gap, and time went on', () => {
  const pass = elapsedAfter(0);
  expect(pass(5_000, 3_605_000)).toEqual({
    at: '2026-03-01T13:00:05.000Z',
    sinceChangeMs: 3_605_000,
    gapMs: 3_605_000,
  });
  expect(pass(5_000)).toMatchObject({ sinceChangeMs: 3_610_000, gapMs: 0 });
});

test('a process that stood still has one too', () => {
  expect(elapsedAfter(0)(90_000).gapMs).toBe(90_000);
});

test('a clock that is put back or set right undoes nothing', () => {
  const pass = elapsedAfter(0);
  expect(pass(5_000, -3_600_000)).toEqual({ at: '2026-03-01T12:00:05.000Z', sinceChangeMs: 5_000, gapMs: 0 });
  expect(pass(5_000, 6_000)).toEqual({ at: '2026-03-01T12:00:10.000Z', sinceChangeMs: 10_000, gapMs: 0 });
});
