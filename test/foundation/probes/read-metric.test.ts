import { expect, test } from 'vitest';
import { readMetric } from '../../../src/foundation/probes/read-metric.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { MetricSource } from '../../../src/model/target-settings.js';
import { serve } from './http-server.js';

test('figures come over HTTP, with the headers that were given and no word of the address', async () => {
  await using server = await serve((path, response, { body, headers }) => {
    if (path === '/api/v1/query' && headers.authorization === 'Bearer t0ken') {
      const value = [1_700_000_000, body === 'query=rate%28errors%5B5m%5D%29' ? '0.25' : 'NaN'];
      response.end(
        JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value }] } }),
      );
    } else if (path === '/stats') response.end('{"p95":{"ms":81.5}}');
    else response.writeHead(401).end();
  });
  const read = (source: MetricSource) =>
    readMetric(
      { source, timeoutMs: 2_000, limit: null, typical: null, peak: null },
      { session: null, clock: systemClock, signal: new AbortController().signal },
    );
  const headers = { authorization: 'Bearer t0ken' };
  const url = `${server.url}/`;
  expect(await read({ kind: 'prometheus', url, query: 'rate(errors[5m])', headers })).toMatchObject({
    value: 0.25,
    problem: null,
  });
  expect((await read({ kind: 'prometheus', url, query: 'other', headers })).problem).toMatch(
    /127\.0\.0\.1:\d+: .*no figure/,
  );
  expect(await read({ kind: 'prometheus', url, query: 'up', headers: {} })).toMatchObject({
    value: null,
    problem: expect.stringMatching(/: HTTP 401$/) as string,
  });
  expect(await read({ kind: 'http', url: `${url}stats`, path: 'p95.ms', headers: {} })).toMatchObject({ value: 81.5 });
  const missing = await read({ kind: 'http', url: `${url}stats?key=s3cret`, path: 'p99', headers: {} });
  expect(missing.problem).toMatch(/nothing at p99/);
  expect(JSON.stringify(missing)).not.toMatch(/s3cret|stats/);
});
