import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Notification, notify } from '../../../src/during/traffic/notify.js';
import { runHook } from '../../../src/during/traffic/run-hook.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { serve } from '../../foundation/probes/http-server.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-hooks-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const around = () => ({
  cwd: folder,
  env: { PATH: process.env['PATH'] },
  clock: systemClock,
  signal: new AbortController().signal,
  secrets: ['s3cret-token'],
});
const hook = (command: string, timeoutMs = 5_000) => runHook('maintenanceOn', { command, timeoutMs }, around());

describe('a hook', () => {
  test('runs in the folder of the configuration', async () => {
    expect(await hook('echo on > flag')).toMatchObject({ hook: 'maintenanceOn' });
    expect(readFileSync(join(folder, 'flag'), 'utf8')).toBe('on\n');
  });

  test('that fails says how, and no secret', async () => {
    await expect(hook('echo using s3cret-token >&2; echo no such deployment >&2; exit 3')).rejects.toMatchObject({
      code: 'command-failed',
      message: 'The hook maintenanceOn ended with 3: using ***\nno such deployment',
      effect: 'none',
    });
  });

  test('ends at its time, with what it started', async () => {
    const hangs = hook('(sleep 1; echo late > late) & sleep 30', 100);
    await expect(hangs).rejects.toThrow('did not end within 100 ms');
    await systemClock.sleep(1_200);
    expect(() => readFileSync(join(folder, 'late'))).toThrow('ENOENT');
  });
});

describe('a notification', () => {
  const notification: Notification = {
    kind: 'notification',
    version: 1,
    event: 'started',
    runId: 'run-1',
    target: 'production',
    changeDigest: 'abc',
    migrations: ['0042'],
    text: 'production: 0042 begins.',
    at: '2026-01-02T03:04:05.000Z',
  };

  test('reaches webhooks and commands, and who cannot be told stops nothing', async () => {
    await using server = await serve((path, response) => {
      if (path !== '/silent') response.writeHead(path === '/hook/t0ken' ? 204 : 500).end();
    });
    const webhook = (path: string, timeoutMs = 5_000) =>
      ({ kind: 'webhook', url: `${server.url}${path}`, headers: { 'x-team': 'shop' }, timeoutMs }) as const;
    const command = (line: string) => ({ kind: 'command', command: line, timeoutMs: 2_000 }) as const;
    const outcomes = await notify(
      notification,
      [webhook('/hook/t0ken'), webhook('/ill'), webhook('/silent', 100), command('cat > told'), command('exit 7')],
      around(),
    );
    expect(
      outcomes.map(({ to, problem }) => [to.replace(/\d{4,5}$/, 'PORT'), problem?.replace(/:\d+/, '') ?? null]),
    ).toEqual([
      ['webhook 127.0.0.1:PORT', null],
      ['webhook 127.0.0.1:PORT', 'HTTP 500'],
      ['webhook 127.0.0.1:PORT', '127.0.0.1: no answer within 100 ms'],
      ['command', null],
      ['command', 'the command ended with 7'],
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('t0ken');
    const sent = server.heard.find(({ path }) => path === '/hook/t0ken');
    expect(sent).toMatchObject({ method: 'POST', headers: { 'x-team': 'shop', 'content-type': 'application/json' } });
    expect(JSON.parse(sent?.body ?? '')).toEqual(notification);
    expect(JSON.parse(readFileSync(join(folder, 'told'), 'utf8'))).toEqual(notification);
  });
});
