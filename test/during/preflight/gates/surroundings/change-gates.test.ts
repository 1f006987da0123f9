import { describe, expect, test } from 'vitest';
import changeClassified from '../../../../../src/during/preflight/gates/surroundings/change-classified.js';
import historyMatches from '../../../../../src/during/preflight/gates/surroundings/history-matches.js';
import rehearsed from '../../../../../src/during/preflight/gates/surroundings/rehearsed.js';
import rollbackReady from '../../../../../src/during/preflight/gates/surroundings/rollback-ready.js';
import runbooksPresent from '../../../../../src/during/preflight/gates/surroundings/runbooks-present.js';
import { daysAgo, decided, policyFor } from './decide-policy.js';

describe('history-matches', () => {
  const history = {
    tool: 'dbmate',
    table: 'public.schema_migrations',
    wantedTable: 'public.schema_migrations',
    unknown: [],
    edited: [],
    failed: [],
    gaps: [],
    gapConduct: 'refuses',
    applied: 4,
  };
  test.each([
    [{}, /^pass: 4 applied migrations of dbmate agree/],
    [{ failed: ['0003'] }, /^block: dbmate began and did not finish 0003/],
    [{ edited: ['0002'] }, /^block: Edited after they were applied: 0002/],
    [{ unknown: ['0009'] }, /^block: Applied, though there is no file of them: 0009/],
    [{ gaps: ['0002'] }, /^block: .* dbmate refuses that/],
    [{ gaps: ['0002'], gapConduct: 'skips' }, /^block: .* never apply/],
    [{ gaps: ['0002'], gapConduct: 'applies' }, /^warn: .* out of order/],
    [{ table: null, applied: 0 }, /^warn: There is no public\.schema_migrations/],
  ])('%j', (fields, expected) => {
    expect(decided(historyMatches, { history: { ...history, ...fields } })).toMatch(expected);
  });
  test('without a table that can be read nothing is known', () => {
    expect(decided(historyMatches, { history: null })).toMatch(/^unknown/);
  });
});

describe('rehearsed', () => {
  const green = {
    startedAt: daysAgo(2),
    verdict: 'passed',
    inconclusive: [],
    major: 17,
    data: 'filled',
    rowsPerTable: 1_000,
    traffic: true,
    errors: 0,
  };
  test.each([
    [{}, 1, /^pass: .* 2 days ago on PostgreSQL 17\.$/],
    [{ startedAt: daysAgo(13) }, 1, /^pass/],
    [{ startedAt: daysAgo(15) }, 1, /^block: .* may be 14 days/],
    [{ startedAt: daysAgo(15) }, 2, /^pass/],
    [{ startedAt: daysAgo(-1) }, 1, /^unknown: .* not yet/],
    [{ verdict: 'failed' }, 3, /^block: The change failed/],
    [{ verdict: 'inconclusive', inconclusive: ['no postgis'] }, 3, /^block: .* no postgis/],
    [{ major: 16 }, 3, /^block: It was rehearsed on PostgreSQL 16/],
    [{ data: 'none' }, 1, /^warn: .* empty tables/],
    [{ data: 'none' }, 2, /^pass: .* empty tables/],
    [{ errors: 2 }, 2, /^warn: .* 2 findings/],
  ])('%j in tier %i', (fields, tier, expected) => {
    expect(decided(rehearsed, { targetMajor: 17, rehearsal: { ...green, ...fields } }, { tier })).toMatch(expected);
  });
  test('none is a block where the tier demands one', () => {
    expect(decided(rehearsed, { targetMajor: 17, rehearsal: null })).toMatch(/^block/);
    expect(decided(rehearsed, { targetMajor: 17, rehearsal: null }, { controls: [] })).toMatch(/^warn/);
  });
});

describe('change-classified', () => {
  const low = { risks: [{ id: '1', risk: 'LOW' }], unclassified: [], errors: [], warnings: [] };
  test.each([
    [{}, /^pass: The risk is LOW/],
    [{ errors: ['drop-table a.sql:3'] }, /^block: .* drop-table a\.sql:3/],
    [{ warnings: ['x a.sql:1'] }, /^warn: .* 1 warnings/],
    [
      {
        risks: [
          { id: '1', risk: 'LOW' },
          { id: '2', risk: 'CRITICAL' },
        ],
      },
      /^warn: The risk is CRITICAL: 2/,
    ],
    [{ unclassified: ['7'] }, /^unknown: Not judged: 7/],
  ])('%j', (fields, expected) => {
    expect(decided(changeClassified, { ...low, ...fields })).toMatch(expected);
  });
});

describe('rollback-ready', () => {
  const one = (fields: object) => ({
    hasWindow: false,
    migrations: [{ id: '0042', proof: null, reason: null, mitigation: null, ...fields }],
  });
  test.each([
    [{ proof: 'restored' }, 1, /^pass/],
    [{ proof: 'not-restored', reason: 'a column is gone' }, 1, /^block: .* a column is gone/],
    [{ proof: 'failed' }, 3, /^warn/],
    [{}, 1, /^unknown: The way back of 0042 was not tested/],
    [{}, 3, /^warn/],
    [{ mitigation: 'restore point' }, 1, /^warn: Declared .* 0042 \(restore point\)/],
    [{ mitigation: 'window' }, 1, /^block: .* maintenance window/],
    [{ proof: 'no-rollback', mitigation: 'blue/green' }, 1, /^warn/],
  ])('%j in tier %i', (fields, tier, expected) => {
    expect(decided(rollbackReady, one(fields), { tier })).toMatch(expected);
  });
});

describe('runbooks-present', () => {
  const missing = { runbooks: [{ name: 'cutover', path: 'docs/cutover.md', state: 'missing' }] };
  test.each([
    [0, /^block: No runbook for cutover \(docs\/cutover\.md\)/],
    [1, /^block/],
    [2, /^warn/],
    [3, /^pass/],
  ])('tier %i', (tier, expected) => {
    expect(decided(runbooksPresent, missing, { tier })).toMatch(expected);
  });
  test('looks where the policy says, for a text worth reading', async () => {
    const files: Readonly<Record<string, string>> = {
      'docs/runbooks/emergency-rollback.md': `# Rollback\n${'do this. '.repeat(10)}`,
      'docs/runbooks/cutover.md': '# Cutover\n',
      'ops/locks.md': `# Locks\n${'do that. '.repeat(10)}`,
    };
    const settings = { files: { 'lock storm': 'ops/locks.md', 'major upgrade': false } };
    const context = { readFile: async (path: string) => files[path] ?? null };
    const seen = await runbooksPresent.inspect(context as never, policyFor({ settings }));
    expect(seen).toEqual({
      runbooks: [
        { name: 'emergency rollback', path: 'docs/runbooks/emergency-rollback.md', state: 'there' },
        { name: 'lock storm', path: 'ops/locks.md', state: 'there' },
        { name: 'cutover', path: 'docs/runbooks/cutover.md', state: 'empty' },
        { name: 'validation after a change', path: 'docs/runbooks/validation-after-a-change.md', state: 'missing' },
      ],
    });
  });
});
