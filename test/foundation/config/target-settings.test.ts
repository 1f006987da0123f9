import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, requireTarget } from '../../../src/foundation/config/load-config.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockkeeper-config-'));
  mkdirSync(join(root, '.git'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function loadTarget(text: string, env: Record<string, string>) {
  const body = text
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  writeFileSync(join(root, 'lockkeeper.yaml'), `targets:\n  production:\n    url: postgres://db/shop\n${body}\n`);
  return await loadConfig({ cwd: root, env });
}

async function target(text: string, env: Record<string, string> = {}) {
  return requireTarget(await loadTarget(text, env), 'production');
}

const problemsOf = (text: string): Promise<string> =>
  target(text).then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('what a target says', () => {
  test('nothing, by default', async () => {
    const { window, metrics, health, hooks, tenants } = await target('tier: 0');
    expect({ window, metrics, health, tenants }).toEqual({ window: null, metrics: {}, health: null, tenants: null });
    expect(hooks).toMatchObject({ maintenanceOn: null, drain: null, notify: [] });
  });

  test('when changes may run', async () => {
    const { window } = await target(`
window:
  days: [saturday, sunday]
  from: 22:00
  to: 02:00
  timezone: Europe/Berlin
  freezes: [{ from: 2026-12-20, to: 2027-01-02T06:00, reason: peak season }]`);
    expect(window).toEqual({
      days: ['saturday', 'sunday'],
      from: '22:00',
      to: '02:00',
      timezone: 'Europe/Berlin',
      freezes: [{ from: '2026-12-20', to: '2027-01-02T06:00', reason: 'peak season' }],
    });
  });

  test('figures from three kinds of source', async () => {
    const { metrics } = await target(
      `
metrics:
  errorRate: { http: "https://shop.example/metrics", path: data.errors.0, limit: 0.01 }
  p95Ms: { prometheus: "https://prometheus.example", query: latency, typical: 80, peak: 200, headers: { authorization: "Bearer \${TOKEN}" } }
  queue: { sql: SELECT count(*) FROM jobs, timeoutMs: 250 }`,
      { TOKEN: 's3cret' },
    );
    expect(metrics).toEqual({
      errorRate: {
        source: { kind: 'http', url: 'https://shop.example/metrics', path: 'data.errors.0', headers: {} },
        limit: 0.01,
        typical: null,
        peak: null,
        timeoutMs: 5_000,
      },
      p95Ms: {
        source: {
          kind: 'prometheus',
          url: 'https://prometheus.example',
          query: 'latency',
          headers: { authorization: 'Bearer s3cret' },
        },
        limit: null,
        typical: 80,
        peak: 200,
        timeoutMs: 5_000,
      },
      queue: {
        source: { kind: 'sql', query: 'SELECT count(*) FROM jobs' },
        limit: null,
        typical: null,
        peak: null,
        timeoutMs: 250,
      },
    });
  });

  test('health and commands, in short or in full', async () => {
    const { health, hooks } = await target(`
health: https://shop.example/health
hooks:
  maintenanceOn: kubectl scale deploy/shop --replicas=0
  maintenanceOff: { command: kubectl scale deploy/shop --replicas=3, timeoutMs: 9000 }
  drain: { application: shop }
  notify: [{ url: "https://chat.example/hook" }, { command: ./tell.sh }]`);
    expect(health).toEqual({
      url: 'https://shop.example/health',
      status: 200,
      body: null,
      timeoutMs: 5_000,
      headers: {},
    });
    expect(hooks).toMatchObject({
      maintenanceOn: { command: 'kubectl scale deploy/shop --replicas=0', timeoutMs: 60_000 },
      maintenanceOff: { timeoutMs: 9_000 },
      readOnlyOn: null,
      drain: { application: 'shop', user: null, timeoutMs: 60_000 },
      notify: [
        { kind: 'webhook', url: 'https://chat.example/hook', timeoutMs: 5_000 },
        { kind: 'command', command: './tell.sh', timeoutMs: 10_000 },
      ],
    });
    const full = await target('health: { url: "http://shop.example", status: 204, body: ok }');
    expect(full.health).toMatchObject({ status: 204, body: 'ok' });
  });

  test('tenants by name or by query', async () => {
    const shop = await loadTarget('tenants: { kind: database, names: [a, b] }', {});
    expect(shop.config.targets['production']?.tenants).toEqual({
      kind: 'database',
      names: ['a', 'b'],
      query: null,
      searchPath: ['public'],
    });
    expect(requireTarget(shop, 'production/a').url).toBe('postgres://db/shop?dbname=a');
    expect(() => requireTarget(shop, 'production')).toThrow('stands for several tenants');
    expect(await problemsOf('tenants: { kind: database }')).toMatch('give names or a query');
    const schemas = await loadTarget('tenants: { kind: schema, names: [a, b], searchPath: [shared] }', {});
    expect(requireTarget(schemas, 'production/b').tenant).toEqual({ schema: 'b', searchPath: ['b', 'shared'] });
  });
});

describe('what is refused, with its place', () => {
  test.each([
    ['window: { dais: [monday] }', /:4:15: unknown key targets\.production\.window\.dais; did you mean days\?/],
    ['window: { freezes: [{ form: 2026-01-01, to: 2026-01-02, reason: x }] }', /freezes\.0\.form; did you mean from\?/],
    ['window: { from: 25:00, to: 26:00 }', /window\.from: expected HH:MM/],
    ['window: { from: 20:00 }', /from and to go together/],
    ['window: { timezone: Mars/Olympus }', /there is no such time zone/],
    ['window: { freezes: [{ from: 2026-13-01, to: 2026-12-02, reason: x }] }', /there is no such date/],
    ['metrics: { errorRate: { http: "https://a.example", limt: 1 } }', /errorRate\.limt; did you mean limit\?/],
    ['metrics: { p95Ms: { prometheus: "https://a.example" } }', /metrics\.p95Ms\.query: /],
    ['metrics: { p95Ms: { prometheus: "ftp://a.example", query: x } }', /prometheus: expected an http or https URL/],
    ['health: { url: "https://a.example", staus: 200 }', /health\.staus; did you mean status\?/],
    ['health: nonsense', /health: expected an http or https URL/],
    ['hooks: { maintenanceOn: { command: x, timeout: 3 } }', /maintenanceOn\.timeout; did you mean timeoutMs\?/],
    ['hooks: { maintenaceOn: x }', /hooks\.maintenaceOn; did you mean maintenanceOn\?/],
    ['hooks: { drain: { timeoutMs: 5 } }', /name an application or a user/],
    ['hooks: { notify: [{ urll: "https://a.example" }] }', /notify\.0\.urll; did you mean url\?/],
  ])('%s', async (text, message) => {
    expect(await problemsOf(text)).toMatch(message);
  });

  test('a waiver has to be complete and dated', async () => {
    const load = (waiver: string) => {
      writeFileSync(join(root, 'lockkeeper.yaml'), `policy: { waivers: [${waiver}] }`);
      return loadConfig({ cwd: root, env: {} });
    };
    const dates = 'grantedAt: 2026-01-01, expiresAt: 2026-01-08';
    const { config } = await load(`{ gate: disk-space, target: production, by: Ada, reason: no view, ${dates} }`);
    expect(config.policy.waivers).toHaveLength(1);
    await expect(load(`{ gate: disk-space, target: production, by: Ada, ${dates} }`)).rejects.toThrow(/reason/);
    const backwards = 'grantedAt: 2026-01-08, expiresAt: 2026-01-01';
    await expect(load(`{ gate: g, target: t, by: Ada, reason: r, ${backwards} }`)).rejects.toThrow(/ends before/);
  });
});
