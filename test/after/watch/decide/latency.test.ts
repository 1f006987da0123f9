import { expect, test } from 'vitest';
import { decide } from '../../../../src/after/watch/decide/decide.js';
import type { WatchFacts } from '../../../../src/after/watch/decide/watch-facts.js';
import { decisionRoot, decisionTree } from '../../../../src/back/rollback/story/decision-tree.js';
import { usualWatch } from '../../../../src/model/target-settings.js';
import type { WatchDecision, WatchSample } from '../../../../src/model/watch-report.js';

const tree = { root: decisionRoot, nodes: decisionTree };
const usualMs = 100;
const facts: WatchFacts = {
  settings: usualWatch,
  metrics: { p95Ms: { baseline: { samples: 5, median: usualMs, spread: 2 }, typical: null, peak: null } },
  asksHealth: false,
  runFailed: null,
  replicas: null,
  deadlocksPerMs: null,
};

/** Seconds after the change at which the first decision is not to go on; null when there is none in `untilS`. */
function foundAfter(p95Ms: (second: number) => number, untilS: number): number | null {
  const samples: WatchSample[] = [];
  let previous: WatchDecision | null = null;
  for (let second = 5; second <= untilS; second += 5) {
    samples.push(sampleOf(second, p95Ms(second)));
    previous = decide({ samples, facts, tree, previous });
    if (previous.verdict !== 'continue') return second;
  }
  return null;
}

function sampleOf(second: number, p95Ms: number): WatchSample {
  return {
    at: new Date(second * 1_000).toISOString(),
    sinceChangeMs: second * 1_000,
    afterGap: false,
    reachable: true,
    healthy: null,
    metrics: { p95Ms },
    waitingSessions: 0,
    connections: 0.1,
    deadlocks: 0,
    replicas: null,
    replicaLagMs: null,
    newFaults: null,
  };
}

/** What a monitor shows that averages over a minute. */
const averaged =
  (felt: (second: number) => number) =>
  (second: number): number =>
    Array.from({ length: 60 }, (_, back) => felt(second - back)).reduce((sum, ms) => sum + ms, 0) / 60;

test('half as slow again and a bit is found within two minutes, also by a monitor that averages over a minute', () => {
  const felt = (second: number): number => (second >= 200 ? 250 : usualMs);
  expect(foundAfter(felt, 400)).toBeLessThanOrEqual(200 + 90);
  expect(foundAfter(averaged(felt), 400)).toBeLessThanOrEqual(200 + 120);
});

test('one reading in ten that is well does not hide the others', () => {
  expect(foundAfter((second) => (second >= 200 && second % 50 !== 0 ? 180 : usualMs), 400)).toBeLessThanOrEqual(300);
});

test('caches that get warm are let settle, but not where it stays slow behind them', () => {
  const cold = (second: number): number => usualMs * 4 * Math.exp(-second / 30);
  const warm = averaged((second) => (second < 0 ? usualMs : usualMs + cold(second)));
  expect(foundAfter(warm, 600)).toBeNull();
  const slow = averaged((second) => (second < 0 ? usualMs : 3.5 * usualMs + cold(second)));
  expect(foundAfter(slow, 600)).toBeLessThanOrEqual(120);
});

test('the first half minute after the change does not count', () => {
  expect(foundAfter((second) => (second <= 85 ? 200 : usualMs), 300)).toBeNull();
  expect(foundAfter(() => 200, 300)).toBeLessThanOrEqual(115);
});

test('a job of half a minute, as a monitor shows it that averages, is no regression', () => {
  const job = averaged((second) => (second >= 200 && second < 230 ? 2.5 * usualMs : usualMs));
  expect(foundAfter(job, 600)).toBeNull();
});
