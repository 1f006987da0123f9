import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchText } from '../../../src/foundation/probes/fetch-text.js';
import { probeHealth } from '../../../src/foundation/probes/probe-health.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { serve, type TestServer } from './http-server.js';

const { signal } = new AbortController();
let server: TestServer;
let other: TestServer;

beforeEach(async () => {
  other = await serve((_, response) => response.end('stolen'));
  server = await serve((path, response) => {
    if (path === '/silent') return;
    if (path === '/here') response.writeHead(302, { location: '/ok' });
    else if (path === '/away') response.writeHead(302, { location: `${other.url}/` });
    else if (path === '/round') response.writeHead(307, { location: '/round' });
    else if (path === '/long') response.write('x'.repeat(1_200_000));
    else if (path === '/ill') response.writeHead(503);
    response.end(path === '/ok' ? 'well' : '');
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const ask = (path: string, timeoutMs = 5_000) => fetchText({ url: `${server.url}${path}`, timeoutMs, signal });

describe('a request', () => {
  test('follows a redirect on the same host, and none to another', async () => {
    expect(await ask('/here')).toEqual({ status: 200, body: 'well', problem: null });
    expect((await ask('/away')).problem).toMatch(/redirects to another host/);
    expect(other.heard).toEqual([]);
    expect((await ask('/round')).problem).toMatch(/more than 5 times/);
  });

  test('ends at its time, at its length, and says that nobody is there', async () => {
    expect((await ask('/silent', 80)).problem).toMatch(/no answer within 80 ms/);
    expect((await ask('/long')).problem).toMatch(/longer than/);
    await other[Symbol.asyncDispose]();
    const gone = await fetchText({ url: `${other.url}/`, timeoutMs: 1_000, signal });
    expect(gone).toMatchObject({ status: null, problem: expect.stringMatching(/ECONNREFUSED/) as string });
    other = await serve(() => undefined);
  });

  test('sends the password of an address as such, and repeats nothing of the address', async () => {
    const url = server.url.replace('//', '//ada:s3cret@');
    expect((await fetchText({ url: `${url}/ok`, timeoutMs: 1_000, signal })).status).toBe(200);
    const expected = `Basic ${Buffer.from('ada:s3cret').toString('base64')}`;
    expect(server.heard[0]?.headers.authorization).toBe(expected);
    const failed = await fetchText({ url: `${url}/silent?token=t0ken`, timeoutMs: 50, signal });
    expect(JSON.stringify(failed)).not.toMatch(/s3cret|t0ken|silent/);
  });

  test('rejects when the caller gives up', async () => {
    const caller = new AbortController();
    const asked = fetchText({ url: `${server.url}/silent`, timeoutMs: 5_000, signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('health', () => {
  const probe = (path: string, fields: { status?: number; body?: string } = {}) =>
    probeHealth(
      { url: `${server.url}${path}`, status: 200, body: null, timeoutMs: 1_000, headers: {}, ...fields },
      { clock: systemClock, signal },
    );

  test('is a status and, where it is asked for, a text', async () => {
    expect(await probe('/ok')).toMatchObject({ healthy: true, status: 200, problem: null });
    expect(await probe('/ok', { body: 'well' })).toMatchObject({ healthy: true });
    expect(await probe('/ok', { body: 'fine' })).toMatchObject({ healthy: false, status: 200 });
    expect(await probe('/ill')).toMatchObject({ healthy: false, status: 503 });
    expect(await probe('/ill', { status: 503 })).toMatchObject({ healthy: true });
  });
});
