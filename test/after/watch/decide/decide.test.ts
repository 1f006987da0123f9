import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/after/watch/decide/decide.js';
import { findUnknown, settleEnd } from '../../../../src/after/watch/decide/settle-end.js';
import type { WatchFacts } from '../../../../src/after/watch/decide/watch-facts.js';
import { whoIsCalled } from '../../../../src/after/watch/decide/who-is-called.js';
import { decisionRoot, decisionTree } from '../../../../src/back/rollback/story/decision-tree.js';
import { usualWatch } from '../../../../src/model/target-settings.js';
import type { WatchDecision, WatchSample } from '../../../../src/model/watch-report.js';

const tree = { root: decisionRoot, nodes: decisionTree };
const start = Date.parse('2026-03-01T12:00:00.000Z');
const minuteMs = 60_000;

const baseline = (median: number) => ({ samples: 5, median, spread: median / 20 });
const facts: WatchFacts = {
  settings: usualWatch,
  metrics: {
    errorRate: { baseline: { samples: 5, median: 0.002, spread: 0 }, typical: null, peak: null },
    p95Ms: { baseline: baseline(100), typical: null, peak: null },
    p99Ms: { baseline: baseline(200), typical: null, peak: null },
  },
  asksHealth: true,
  runFailed: null,
  replicas: 1,
  deadlocksPerMs: 0,
};

const well: Omit<WatchSample, 'at' | 'sinceChangeMs'> = {
  afterGap: false,
  reachable: true,
  healthy: true,
  metrics: { errorRate: 0.002, p95Ms: 100, p99Ms: 200 },
  waitingSessions: 0,
  connections: 0.3,
  deadlocks: 0,
  replicas: 1,
  replicaLagMs: 0,
  newFaults: 0,
};

type Change = (sinceChangeMs: number) => Partial<WatchSample>;

function samplesUntil(untilMs: number, change: Change = () => ({}), fromMs = 5_000): readonly WatchSample[] {
  const count = Math.floor((untilMs - fromMs) / 5_000) + 1;
  return Array.from({ length: count }, (_, index) => {
    const sinceChangeMs = fromMs + index * 5_000;
    return { ...well, at: new Date(start + sinceChangeMs).toISOString(), sinceChangeMs, ...change(sinceChangeMs) };
  });
}

function decideAll(samples: readonly WatchSample[], known: WatchFacts = facts): WatchDecision {
  let previous: WatchDecision | null = null;
  for (let count = 1; count <= samples.length; count += 1) {
    previous = decide({ samples: samples.slice(0, count), facts: known, tree, previous });
  }
  if (previous === null) throw new Error('no sample');
  return previous;
}

const from =
  (ms: number, sample: Partial<WatchSample>): Change =>
  (at) =>
    at >= ms ? sample : {};

const failing = (errorRate: number) => ({ metrics: { ...well.metrics, errorRate } });
const slow = (p95Ms: number) => ({ metrics: { ...well.metrics, p95Ms } });

describe('what leads back at once', () => {
  test.each<[string, Partial<WatchSample>, { readonly severity: string; readonly question: string }]>([
    ['errors', failing(0.08), { severity: 'P2', question: 'error-rate' }],
    ['many errors', failing(0.2), { severity: 'P1', question: 'error-rate' }],
    ['an outage', failing(0.7), { severity: 'P0', question: 'error-rate' }],
    ['latency', slow(180), { severity: 'P1', question: 'latency' }],
    ['health', { healthy: false }, { severity: 'P0', question: 'health-checks' }],
    ['integrity', { newFaults: 1 }, { severity: 'P0', question: 'data-intact' }],
  ])('%s in the first ten minutes, within two minutes', (_, sample, { severity, question }) => {
    const planted = 3 * minuteMs;
    const decision = decideAll(samplesUntil(planted + 2 * minuteMs, from(planted, sample)));
    expect(decision).toMatchObject({ verdict: 'roll back now', severity });
    expect(decision.path.at(-1)?.id).toBe(question);
    expect(decision.decideBy).toBeNull();
  });

  test('a run that failed, without any sample that says so', () => {
    const decision = decideAll(samplesUntil(5_000), { ...facts, runFailed: 'The run is failed.' });
    expect(decision).toMatchObject({ verdict: 'roll back now', severity: 'P0', automatic: { allowed: false } });
    expect(decision.path.map(({ id }) => id)).toEqual(['migration-errors']);
  });

  test('an application that never starts is told as such', () => {
    const decision = decideAll(samplesUntil(2 * minuteMs, () => ({ healthy: false })));
    expect(decision.path.at(-1)).toMatchObject({ id: 'application-starts', answer: 'no' });
  });
});

describe('what comes later is assessed', () => {
  const late = 20 * minuteMs;

  test.each<[string, Partial<WatchSample>, readonly [string, number]]>([
    ['errors above 10 %', failing(0.2), ['P1', 30]],
    ['latency', slow(180), ['P1', 30]],
    ['errors above 5 %', failing(0.08), ['P2', 120]],
  ])('%s', (_, sample, [severity, minutes]) => {
    const decision = decideAll(samplesUntil(late + 3 * minuteMs, from(late, sample)));
    expect(decision).toMatchObject({ verdict: 'assess', severity });
    expect(decision.decideBy).toBe(new Date(start + late + minutes * minuteMs).toISOString());
  });

  test('and taken back when the time to assess is over', () => {
    const decision = decideAll(samplesUntil(late + 31 * minuteMs, from(late, failing(0.2))));
    expect(decision).toMatchObject({ verdict: 'roll back now', severity: 'P1' });
  });

  test('but an outage and damaged data are not', () => {
    for (const sample of [{ healthy: false }, { newFaults: 2 }]) {
      const decision = decideAll(samplesUntil(late + 2 * minuteMs, from(late, sample)));
      expect(decision).toMatchObject({ verdict: 'roll back now', severity: 'P0' });
    }
  });

  test('what passes is over', () => {
    const decision = decideAll(
      samplesUntil(late + 10 * minuteMs, (at) => (at >= late && at < late + 4 * minuteMs ? failing(0.2) : {})),
    );
    expect(decision).toMatchObject({ verdict: 'continue', severity: null });
  });

  test.each<[string, Change, string]>([
    ['lock queues', from(late, { waitingSessions: 30 }), 'P1'],
    ['a standby that is gone', from(late, { replicas: 0 }), 'P2'],
    ['a standby that lags', from(late, { replicaLagMs: 90_000 }), 'P2'],
    ['deadlocks', (at) => ({ deadlocks: Math.max(0, Math.floor((at - late) / 1_000)) }), 'P2'],
    ['a database that is away', from(late, { reachable: false, waitingSessions: null, healthy: null }), 'P1'],
  ])('%s', (_, change, severity) => {
    const decision = decideAll(samplesUntil(late + 5 * minuteMs, change));
    expect(decision).toMatchObject({ verdict: 'assess', severity, automatic: { allowed: false } });
  });
});

describe('what is no trouble', () => {
  test.each<[string, Change]>([
    ['a rolling restart', (at) => (at < 30_000 ? { healthy: false, ...failing(0.4) } : {})],
    ['cold caches that get warm', (at) => slow(100 * (1 + 4 * Math.exp(-at / 30_000)))],
    ['a short peak', (at) => (at > 120_000 && at < 170_000 ? slow(300) : {})],
    ['a latency below the floor', () => slow(109)],
    ['metrics that nobody answers', () => ({ metrics: { errorRate: null, p95Ms: null, p99Ms: null } })],
    [
      'a server that is started anew',
      (at) => (at > 60_000 && at < 85_000 ? { reachable: false, deadlocks: null } : {}),
    ],
    ['counters that begin anew', (at) => ({ deadlocks: at < 120_000 ? 1_000 : 0 })],
  ])('%s', (_, change) => {
    expect(decideAll(samplesUntil(5 * minuteMs, change)).verdict).toBe('continue');
  });

  test('trouble on both sides of a sleep does not add up', () => {
    const change: Change = (at) => ({ ...failing(0.2), afterGap: at === 60_000 });
    expect(decideAll(samplesUntil(120_000, change)).verdict).toBe('continue');
    expect(decideAll(samplesUntil(160_000, change)).verdict).toBe('roll back now');
  });

  test('as slow as at a usual peak is so only when it does not end', () => {
    const known = {
      ...facts,
      metrics: { ...facts.metrics, p95Ms: { baseline: baseline(100), typical: null, peak: 250 } },
    };
    expect(
      decideAll(
        samplesUntil(5 * minuteMs, () => slow(200)),
        known,
      ).verdict,
    ).toBe('continue');
    expect(
      decideAll(
        samplesUntil(9 * minuteMs, () => slow(200)),
        known,
      ).verdict,
    ).toBe('roll back now');
  });
});

describe('what an automatic rollback may rest on', () => {
  test.each<[string, Partial<WatchSample>, boolean]>([
    ['health', { healthy: false }, true],
    ['integrity', { newFaults: 1 }, true],
    ['errors', failing(0.2), true],
    ['one latency', slow(400), false],
    ['two latencies', { metrics: { ...well.metrics, p95Ms: 400, p99Ms: 900 } }, false],
  ])('%s', (_, sample, allowed) => {
    const { verdict, automatic } = decideAll(samplesUntil(9 * minuteMs, () => sample));
    expect([verdict, automatic.allowed]).toEqual(['roll back now', allowed]);
  });
});

describe('while the database is away', () => {
  const away = (since: number, until: number, unwellUntil: number): Change => {
    return (at) => ({
      ...(at >= since && at < until ? { reachable: false, waitingSessions: null, replicas: null } : {}),
      ...(at >= since && at < unwellUntil ? { healthy: false } : {}),
    });
  };

  test('a failed health is an outage to look at, and nobody acts', () => {
    const decision = decideAll(samplesUntil(3 * minuteMs, away(60_000, 240_000, 240_000)));
    expect(decision).toMatchObject({
      verdict: 'assess',
      severity: 'P0',
      decideBy: null,
      automatic: { allowed: false },
    });
    expect(decision.respondBy).not.toBeNull();
  });

  test('what recovers with it is over', () => {
    const samples = samplesUntil(6 * minuteMs, away(60_000, 180_000, 220_000));
    const verdicts = samples.map((_, at) => decideAll(samples.slice(0, at + 1)).verdict);
    expect(verdicts).toContain('assess');
    expect(verdicts).not.toContain('roll back now');
    expect(verdicts.at(-1)).toBe('continue');
  });

  test('what does not recover once it is back leads back', () => {
    const samples = samplesUntil(6 * minuteMs, away(60_000, 120_000, 600_000));
    expect(decideAll(samples.filter(({ sinceChangeMs }) => sinceChangeMs < 200_000)).verdict).toBe('assess');
    expect(decideAll(samples)).toMatchObject({
      verdict: 'roll back now',
      severity: 'P0',
      automatic: { allowed: true },
    });
  });
});

test('what nobody could see is for a person at the end', () => {
  const samples = samplesUntil(5 * minuteMs, () => ({ healthy: null, metrics: { ...well.metrics, p95Ms: null } }));
  const unknown = findUnknown(samples, facts);
  expect(unknown).toEqual(['health', 'p95Ms']);
  expect(settleEnd(decideAll(samples), unknown)).toMatchObject({ verdict: 'assess', severity: 'P3' });
  expect(settleEnd(decideAll(samples), []).verdict).toBe('continue');
});

test('escalation goes by the time since the trouble began', () => {
  const decision = decideAll(samplesUntil(2 * minuteMs, failingFrom(10_000)));
  const contacts = whoIsCalled(decision, []);
  expect(contacts.map(({ role, at }) => [role, (Date.parse(at) - start) / minuteMs])).toEqual([
    ['on-call engineer', 10 / 60],
    ['technical lead', 15 + 10 / 60],
    ['CTO', 60 + 10 / 60],
  ]);
  expect(whoIsCalled(decideAll(samplesUntil(10_000)), [])).toEqual([]);
});

function failingFrom(ms: number): Change {
  return from(ms, failing(0.3));
}
