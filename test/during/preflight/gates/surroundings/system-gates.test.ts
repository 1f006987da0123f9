import { describe, expect, test } from 'vitest';
import applicationHealth from '../../../../../src/during/preflight/gates/surroundings/application-health.js';
import loadEnvelope from '../../../../../src/during/preflight/gates/surroundings/load-envelope.js';
import { systemClock } from '../../../../../src/foundation/runtime/clock.js';
import { serve } from '../../../../foundation/probes/http-server.js';
import { decided, policyFor } from './decide-policy.js';

describe('load-envelope', () => {
  const figure = (fields: object) => ({
    figures: [{ name: 'tps', value: 100, problem: null, limit: null, typical: 200, peak: 500, ...fields }],
  });
  test.each([
    [{}, 1, /^pass: Load is as usual: tps is 100/],
    [{ value: 300 }, 1, /^warn: More than typical: tps is 300, typically 200/],
    [{ value: 501 }, 3, /^block: .* tps is 501, at most 500/],
    [{ value: 450, limit: 400 }, 3, /^block: .* at most 400/],
    [{ value: null, problem: 'HTTP 500' }, 3, /^unknown: .* tps \(HTTP 500\)/],
    [{ typical: null, peak: null }, 1, /^unknown: What load is usual/],
    [{ typical: null, peak: null }, 2, /^warn/],
    [{ name: 'errorRate', value: 0.02, typical: null, peak: null }, 3, /^block: .* errorRate is 0\.02, at most 0\.01/],
    [{ name: 'errorRate', value: 0.009, typical: null, peak: null }, 1, /^pass/],
    [{ name: 'errorRate', value: 0.02, limit: 0.05, typical: null, peak: null }, 1, /^pass/],
  ])('%j in tier %i', (fields, tier, expected) => {
    expect(decided(loadEnvelope, figure(fields), { tier })).toMatch(expected);
  });
});

describe('application-health', () => {
  const well = { healthy: true, problem: null, durationMs: 12 };
  test.each([
    [{ configured: true, readings: [well, well] }, 1, /^pass: .* 2 times out of 2, answering within 12 ms/],
    [
      { configured: true, readings: [well, { ...well, healthy: false, problem: 'HTTP 503' }] },
      3,
      /^block: .* HTTP 503/,
    ],
    [{ configured: false, readings: [] }, 1, /^unknown/],
    [{ configured: false, readings: [] }, 2, /^warn/],
  ])('%j in tier %i', (seen, tier, expected) => {
    expect(decided(applicationHealth, seen, { tier })).toMatch(expected);
  });

  test('asks until it is ill, and records no address', async () => {
    let asked = 0;
    await using server = await serve((_, response) => response.writeHead((asked += 1) < 2 ? 200 : 503).end());
    const health = { url: `${server.url}/health?key=s3cret`, status: 200, body: null, timeoutMs: 5_000, headers: {} };
    const clock = { ...systemClock, sleep: async () => undefined };
    const context = { target: { health }, clock, signal: new AbortController().signal };
    const seen = await applicationHealth.inspect(context as never, policyFor());
    expect(asked).toBe(2);
    expect(decided(applicationHealth, seen)).toMatch(/^block: .* HTTP 503 instead of 200/);
    expect(JSON.stringify(seen)).not.toContain('s3cret');
  });
});
