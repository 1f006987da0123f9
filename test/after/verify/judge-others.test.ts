import { expect, test } from 'vitest';
import { judgeOthers, limitsOfOthers, type OthersSeen } from '../../../src/after/verify/judge-others.js';
import { usualWatch } from '../../../src/model/target-settings.js';

const well: OthersSeen = { healthy: true, metrics: { p95Ms: 40, errorRate: 0.001, queue: 3 }, replicaLagMs: 100 };
const probe = { limit: null, typical: null, peak: null };
const metrics = { p95Ms: probe, p99Ms: probe, errorRate: probe, queue: probe, jobs: { ...probe, limit: 10 } };
const limits = limitsOfOthers(metrics, well, usualWatch);

test('limits are what is configured, else by what is usual, else none', () => {
  expect(limits).toEqual({ metrics: { p95Ms: 60, errorRate: 0.05, jobs: 10 }, replicaLagMs: 30_000 });
  const known = { p95Ms: { ...probe, typical: 100, peak: 400 }, p99Ms: { ...probe, typical: 4 } };
  expect(limitsOfOthers(known, well, usualWatch).metrics).toEqual({ p95Ms: 400, p99Ms: 14 });
});

test.each<[string, Partial<OthersSeen>, { readonly factor: number; readonly hold: RegExp | null }]>([
  ['all is well', {}, { factor: 1, hold: null }],
  ['nothing is known', { healthy: null, metrics: {}, replicaLagMs: null }, { factor: 1, hold: null }],
  ['a latency comes close', { metrics: { p95Ms: 50 } }, { factor: 2, hold: null }],
  ['a latency is beyond', { metrics: { p95Ms: 90 } }, { factor: 1, hold: /^p95Ms is 90, and may be 60$/ }],
  ['a standby lags', { replicaLagMs: 31_000 }, { factor: 1, hold: /standby/ }],
  ['a figure of the team’s is beyond', { metrics: { jobs: 11 } }, { factor: 1, hold: /jobs is 11/ }],
  ['the application is unwell', { healthy: false }, { factor: 1, hold: /not well/ }],
])('%s', (_, seen, { factor, hold }) => {
  const state = judgeOthers({ ...well, ...seen }, limits);
  expect(state.factor).toBe(factor);
  if (hold === null) expect(state.hold).toBeNull();
  else expect(state.hold).toMatch(hold);
});
