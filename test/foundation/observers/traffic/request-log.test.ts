import { describe, expect, test } from 'vitest';
import { RequestLog, summarizeRequests } from '../../../../src/foundation/observers/traffic/request-log.js';

describe('RequestLog', () => {
  test('counts by intended start; open requests count with the time they took so far', () => {
    const log = new RequestLog();
    for (let at = 0; at < 100; at += 10) log.intend(at).endedAt = at + 1;
    log.intend(100);
    expect(log.between(20, 50).map((request) => request.intendedAt)).toEqual([20, 30, 40]);
    expect(summarizeRequests(log.between(90, 101), 400)).toMatchObject({ requests: 2, longestStallMs: 300 });
    expect(log.hasOpenBefore(100)).toBe(false);
    expect(log.hasOpenBefore(101)).toBe(true);
  });

  test('a request that was meant before the interval and failed in it counts', () => {
    const log = new RequestLog();
    Object.assign(log.intend(10), { endedAt: 12, failed: true });
    Object.assign(log.intend(18), { endedAt: 21, failed: true });
    log.intend(19).endedAt = 21;
    log.intend(20).endedAt = 22;
    expect(log.between(20, 30).map((request) => request.intendedAt)).toEqual([18, 20]);
  });

  test('p99 is the smallest latency that 99 % of the requests do not exceed', () => {
    const log = new RequestLog();
    for (let n = 1; n <= 200; n += 1) log.intend(n).endedAt = 2 * n;
    expect(summarizeRequests(log.between(0, 1000), 1000).p99Ms).toBe(198);
    expect(summarizeRequests([], 0)).toMatchObject({ requests: 0, longestStallMs: 0, p99Ms: 0 });
  });
});
