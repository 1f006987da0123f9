import { describe, expect, it } from 'vitest';
import { agreeOnCriteria, judgeSamples } from '../../../../src/during/apply/criteria/judge-samples.js';
import { criteria } from '../../../../src/during/apply/criteria/index.js';
import type { RunSample } from '../../../../src/model/abort-criterion.js';
import type { MetricProbe } from '../../../../src/model/target-settings.js';

const calm: RunSample = {
  atMs: 0,
  replicaLagMs: 0,
  replicaLagBytes: 0,
  waitingSessions: 2,
  connections: 0.2,
  walBytes: 1_000_000,
  healthy: true,
  metrics: { errorRate: 0.001, p95Ms: 40, p99Ms: 80 },
  stepMs: 0,
  rehearsedMs: 100,
};

/** The baseline, then the same look once a second. */
function lasting(seconds: number, change: Partial<RunSample>): readonly RunSample[] {
  const later = Array.from({ length: seconds + 1 }, (_, second) => ({
    ...calm,
    ...change,
    atMs: 1_000 + second * 1_000,
  }));
  return [calm, ...later];
}

const usual = agreeOnCriteria({ tier: 1, set: {}, metrics: {} });

describe('the criteria that end a run', () => {
  it('have each an id and limits of their own', () => {
    expect(new Set(criteria.map(({ id }) => id)).size).toBe(criteria.length);
  });

  it('are silent while all is calm', () => {
    expect(judgeSamples(lasting(60, {}), usual)).toBeNull();
  });

  it.each<[string, number, Partial<RunSample>]>([
    ['lock-queue', 1, { waitingSessions: 23 }],
    ['replica-lag', 3, { replicaLagMs: 11_000 }],
    ['replica-lag-bytes', 3, { replicaLagBytes: 2 * 1024 ** 3 }],
    ['connections', 2, { connections: 0.95 }],
    ['error-rate', 5, { metrics: { ...calm.metrics, errorRate: 0.06 } }],
    ['p95-ratio', 15, { metrics: { ...calm.metrics, p95Ms: 61 } }],
    ['p99-ratio', 15, { metrics: { ...calm.metrics, p99Ms: 121 } }],
    ['health', 5, { healthy: false }],
    ['duration', 0, { stepMs: 31_000 }],
  ])('%s: after %i seconds, and not before', (id, seconds, change) => {
    expect(judgeSamples(lasting(seconds, change), usual)?.criterion).toBe(id);
    if (seconds > 0) expect(judgeSamples(lasting(seconds - 1, change), usual)).toBeNull();
  });

  it('a moment within the limit begins the time anew', () => {
    const [baseline, ...bad] = lasting(6, { healthy: false });
    const samples = [
      baseline as RunSample,
      ...bad.map((sample, index) => (index === 3 ? { ...sample, healthy: true } : sample)),
    ];
    expect(judgeSamples(samples, usual)).toBeNull();
  });

  it('what cannot be known ends nothing', () => {
    const unknown = {
      replicaLagMs: null,
      replicaLagBytes: null,
      waitingSessions: null,
      connections: null,
      walBytes: null,
    };
    expect(judgeSamples(lasting(30, { ...unknown, healthy: null, metrics: {}, rehearsedMs: null }), usual)).toBeNull();
  });

  it('short latencies are noise, whatever their ratio', () => {
    const baseline = { ...calm, metrics: { p95Ms: 1 } };
    const samples = lasting(30, { metrics: { p95Ms: 4 } }).with(0, baseline);
    expect(judgeSamples(samples, usual)).toBeNull();
  });

  it('a rate is that of the last ten seconds', () => {
    const agreed = agreeOnCriteria({ tier: 1, set: { 'wal-rate': 1_000_000 }, metrics: {} });
    const growing = (perSecond: number): readonly RunSample[] =>
      lasting(20, {}).map((sample) => ({ ...sample, walBytes: (sample.atMs / 1_000) * perSecond }));
    expect(judgeSamples(growing(2_000_000), agreed)).toMatchObject({
      criterion: 'wal-rate',
      observation: { value: 2_000_000 },
    });
    expect(judgeSamples(growing(900_000), agreed)).toBeNull();
  });

  it('the project changes limits, switches criteria off, and adds its own metrics', () => {
    const probe: MetricProbe = {
      source: { kind: 'sql', query: 'SELECT 1' },
      timeoutMs: 1_000,
      limit: 100,
      typical: null,
      peak: null,
    };
    const agreed = agreeOnCriteria({ tier: 1, set: { health: null, 'lock-queue': 50 }, metrics: { jobs: probe } });
    expect(agreed.map(({ id }) => id)).not.toContain('health');
    expect(judgeSamples(lasting(2, { waitingSessions: 40 }), agreed)).toBeNull();
    expect(judgeSamples(lasting(5, { metrics: { jobs: 101 } }), agreed)?.reason).toBe(
      'jobs is above its limit: 101; the limit is 100 for 5 s.',
    );
  });

  it('says what was seen and what was agreed', () => {
    expect(judgeSamples(lasting(3, { replicaLagMs: 12_000 }), usual)).toEqual({
      criterion: 'replica-lag',
      reason: 'Standbys fall behind: 12000 ms; the limit is 10000 for 3 s.',
      observation: { value: 12_000, limit: 10_000, unit: 'ms', forMs: 3_000 },
    });
  });
});
