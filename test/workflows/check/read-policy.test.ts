import { noHooks, usualValidation, usualWatch } from '../../../src/model/target-settings.js';
import { noVerifySettings } from '../../../src/model/verify-settings.js';
import { describe, expect, test } from 'vitest';
import { defaultPolicy, type Policy } from '../../../src/before/classify/policy.js';
import { rules } from '../../../src/before/classify/rules/index.js';
import { type Config, defaultConfig, type PolicyConfig } from '../../../src/foundation/config/config.js';
import { readPolicy } from '../../../src/workflows/check/read-policy.js';

const targets: Config['targets'] = {
  production: {
    url: 'postgres://x',
    directUrl: null,
    tier: 0,
    role: null,
    replicas: [],
    window: null,
    metrics: {},
    health: null,
    hooks: noHooks,
    tenants: null,
    validate: usualValidation,
    verify: noVerifySettings,
    watch: usualWatch,
    contacts: [],
  },
};

function read(
  policy: Partial<PolicyConfig>,
  { target = null, style = false }: { readonly target?: string | null; readonly style?: boolean } = {},
): Policy {
  const config: Config = { ...defaultConfig, targets, policy: { ...defaultConfig.policy, ...policy } };
  return readPolicy(config, { target, style, rules });
}

test('a configuration that says nothing is the default', () => {
  expect(read({})).toEqual({ ...defaultPolicy, severities: new Map() });
});

describe('rules', () => {
  test('severities by id; `off` also as YAML once read it', () => {
    const { severities } = read({ rules: { 'rename-column': 'warning', 'drop-table': 'off', 'drop-column': false } });
    expect([...severities]).toEqual([
      ['rename-column', 'warning'],
      ['drop-table', 'off'],
      ['drop-column', 'off'],
    ]);
  });

  test('concerns, and style on request', () => {
    expect([...read({ rules: { concerns: ['data'] } }).concerns]).toEqual(['data']);
    expect(read({ rules: { concerns: ['data'] } }, { style: true }).concerns).toContain('style');
  });

  test('ignored paths, one or several', () => {
    expect(
      read({ rules: { ignore: [{ paths: 'legacy/**', rules: ['*', 'drop-table'], reason: 'old' }] } }).ignored,
    ).toEqual([{ paths: ['legacy/**'], rules: ['*', 'drop-table'], reason: 'old' }]);
  });

  test.each<[string, PolicyConfig['rules'], RegExp]>([
    ['an unknown rule', { 'drop-tabel': 'off' }, /drop-tabel, which is no rule/],
    ['an unknown severity', { 'drop-table': 'loud' }, /drop-table is "loud"/],
    ['an unknown concern', { concerns: ['beauty'] }, /concerns is \["beauty"\]/],
    ['no list of paths', { ignore: { paths: [] } }, /ignore has/],
    ['no reason', { ignore: [{ paths: ['a'], rules: ['*'], reason: ' ' }] }, /ignore has/],
    [
      'an unknown rule to ignore',
      { ignore: [{ paths: ['a'], rules: ['nope'], reason: 'r' }] },
      /nope, which is no rule/,
    ],
  ])('%s is refused', (_, settings, message) => {
    expect(() => read({ rules: settings })).toThrow(message);
  });
});

describe('limits', () => {
  test('those of a small and a large table, and what the runner does', () => {
    const limits = { smallTableRows: 5, smallTableBytes: 6, largeTableRows: 7, longestLockTimeoutMs: 8 };
    expect(read({ limits: { ...limits, runnerSetsTimeouts: true, ofAnotherVerb: 'x' } })).toMatchObject({
      smallTable: { rows: 5, bytes: 6 },
      largeTableRows: 7,
      longestLockTimeoutMs: 8,
      runnerSetsTimeouts: true,
    });
  });

  test.each<[PolicyConfig['limits'], string]>([
    [{ smallTableRows: -1 }, 'smallTableRows'],
    [{ largeTableRows: 'many' }, 'largeTableRows'],
    [{ runnerSetsTimeouts: 'yes' }, 'runnerSetsTimeouts'],
  ])('%o is refused', (limits, key) => {
    expect(() => read({ limits })).toThrow(`policy.limits.${key}`);
  });
});

describe('approvals and tiers', () => {
  test('a list of roles, or how many of each; other levels and tiers stay', () => {
    const { approvals, controls } = read({
      approvals: { high: ['dba'], CRITICAL: { dba: 2 } },
      tiers: { '1': ['coffee'], '9': [] },
    });
    expect(approvals).toEqual({
      ...defaultPolicy.approvals,
      HIGH: [{ role: 'dba', count: 1 }],
      CRITICAL: [{ role: 'dba', count: 2 }],
    });
    expect(controls).toEqual({ ...defaultPolicy.controls, 1: ['coffee'], 9: [] });
  });

  test('the tier is that of the named target', () => {
    expect(read({}).tier).toBeNull();
    expect(read({}, { target: 'production' }).tier).toBe(0);
    expect(() => read({}, { target: 'staging' })).toThrow('no target staging');
  });

  test.each<[Partial<PolicyConfig>, string]>([
    [{ approvals: { SEVERE: [] } }, 'SEVERE is no level'],
    [{ approvals: { HIGH: { dba: 0 } } }, 'approvals.HIGH'],
    [{ tiers: { first: [] } }, 'first is no tier'],
    [{ tiers: { '1': 'rehearsal' } }, 'tiers.1'],
  ])('%o is refused', (policy, message) => {
    expect(() => read(policy)).toThrow(message);
  });
});
