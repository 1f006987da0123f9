import { beforeAll, describe, expect, test } from 'vitest';
import { classifyDeclared } from '../../../../src/before/classify/assessment/assess-declared.js';
import { defaultPolicy } from '../../../../src/before/classify/policy.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { RuleFinding } from '../../../../src/model/classification.js';
import type { DeclaredChange } from '../../../../src/model/declared-change.js';
import type { Complexity } from '../../../../src/model/migration.js';
import { finding } from '../../../report/check/sample-check.js';
import { assessScript, classifyScript } from './assess-script.js';

beforeAll(loadParser);

const large = { 'public.t': { rows: 5_000_000, bytes: 2 ** 30 } };

describe('complexity', () => {
  test.each<[Complexity, string]>([
    ['LOW', 'ALTER TABLE t ADD COLUMN x int'],
    ['MEDIUM', 'ALTER TABLE t ALTER COLUMN x SET NOT NULL'],
    ['MEDIUM', 'UPDATE t SET x = 1 WHERE x = 0'],
    ['MEDIUM', 'CREATE EXTENSION hstore'],
    ['HIGH', 'DROP TABLE t'],
    ['CRITICAL', 'DROP DATABASE d'],
  ])('%s: %s', (level, sql) => {
    expect(assessScript(sql).complexity).toBe(level);
  });

  test('what a rule calls an error is HIGH, and names the relation; what it warns of, or taste, is not', () => {
    const index = 'CREATE INDEX i ON orders (x)';
    const assessed = (findings: readonly RuleFinding[]) => assessScript(index, { findings });
    expect(assessed([finding])).toMatchObject({
      complexity: 'HIGH',
      reasons: ['CREATE INDEX without CONCURRENTLY blocks writes (public.orders)'],
    });
    expect(assessed([{ ...finding, severity: 'warning' }]).complexity).toBe('LOW');
    expect(assessed([{ ...finding, concern: 'style' }]).complexity).toBe('LOW');
  });

  test('what is grave is critical on a large table, and on a database of tier 0', () => {
    expect(assessScript('DROP TABLE t', { sizes: large })).toMatchObject({
      complexity: 'CRITICAL',
      reasons: ['it is grave, and public.t is large'],
    });
    expect(assessScript('DROP TABLE t', { policy: { tier: 0 } }).complexity).toBe('CRITICAL');
    expect(assessScript('DROP TABLE t', { policy: { tier: 1 } }).complexity).toBe('HIGH');
    expect(assessScript('ALTER TABLE t ADD COLUMN x int', { sizes: large }).complexity).toBe('LOW');
  });

  test('rows of a large table weigh more', () => {
    expect(assessScript('UPDATE t SET x = 1', { sizes: large }).complexity).toBe('CRITICAL');
    expect(
      assessScript('UPDATE t SET x = 1', { sizes: large, policy: { largeTableRows: 10_000_000 } }).complexity,
    ).toBe('MEDIUM');
  });

  test('what the parser refuses is grave, and a comment with a reason lifts it', () => {
    const broken = 'ALTER TABLE t ADD COLUM x int;';
    expect(classifyScript(broken)).toMatchObject({
      risk: 'HIGH',
      statements: [{ findings: [{ id: 'not-analysed' }] }],
    });
    const allowed = classifyScript(
      `SELECT 1;\n-- lockkeeper: allow not-analysed because another server reads it\n${broken}`,
    );
    expect(allowed).toMatchObject({ risk: 'LOW', findings: [], suppressed: [{ by: 'comment' }] });
  });
});

describe('what is touched', () => {
  test('relations that were there and are written or defined anew, with what is known of their size', () => {
    const { blastRadius } = assessScript('ALTER TABLE t ADD COLUMN x int; SELECT * FROM u; CREATE TABLE v ()', {
      sizes: large,
    });
    expect(blastRadius).toEqual({
      relations: [{ relation: 'public.t', rows: 5_000_000, bytes: 2 ** 30, dependents: [], neighbours: [] }],
      totalBytes: 2 ** 30,
    });
    expect(assessScript('DROP TABLE t').blastRadius).toMatchObject({ totalBytes: null });
  });
});

describe('what is asked for', () => {
  test('approvals by level', () => {
    const roles = (sql: string) => assessScript(sql).approvals.map(({ role }) => role);
    expect(roles('CREATE TABLE t ()')).toEqual([]);
    expect(roles('CREATE EXTENSION hstore')).toEqual(['technical lead']);
    expect(roles('DROP TABLE t')).toEqual(['technical lead', 'product owner']);
    expect(roles('DROP DATABASE d')).toEqual(['technical lead', 'product owner', 'cto']);
  });

  test('approvals as the policy has them', () => {
    const approvals = { ...defaultPolicy.approvals, LOW: [{ role: 'anybody', count: 2 }] };
    expect(assessScript('CREATE TABLE t ()', { policy: { approvals } }).approvals).toEqual([
      { role: 'anybody', count: 2 },
    ]);
  });

  test.each<[number | null, readonly string[]]>([
    [null, []],
    [0, ['rehearsal', 'restore proof', 'second approver', 'regression gate', 'maintenance window']],
    [1, ['rehearsal', 'restore proof', 'second approver', 'regression gate']],
    [2, ['rehearsal', 'second approver']],
    [3, ['rehearsal']],
    [7, []],
  ])('controls of tier %s', (tier, controls) => {
    expect(assessScript('SELECT 1', { policy: { tier } })).toMatchObject({ tier, controls });
  });

  test('testing, review and documentation grow with the level', () => {
    const levels = ['CREATE TABLE t ()', 'CREATE EXTENSION e', 'DROP TABLE t', 'DROP DATABASE d'].map((sql) =>
      assessScript(sql),
    );
    expect(levels.map(({ requiredTesting }) => requiredTesting.length)).toEqual([2, 3, 4, 5]);
    expect(levels.map(({ requiredDocumentation }) => requiredDocumentation.at(-1))).toEqual([
      'what it does, in the migration itself',
      'rollback script',
      'rollback script',
      'word to all stakeholders',
    ]);
  });
});

describe('a header that claims a level', () => {
  const claimed = (level: Complexity) =>
    classifyScript('\nDROP TABLE t', {
      migration: { claims: [{ kind: 'complexity', level, text: `-- Complexity: ${level}`, line: 1 }] },
    }).findings;

  test('below the assessment is a finding at its line', () => {
    expect(claimed('LOW')).toMatchObject([
      { id: 'claim-understates-risk', severity: 'warning', line: 1, message: expect.stringContaining('HIGH') },
    ]);
  });

  test('at it or above it is none', () => {
    expect(claimed('HIGH')).toEqual([]);
    expect(claimed('CRITICAL')).toEqual([]);
  });
});

describe('a change without SQL', () => {
  const driver: DeclaredChange = {
    id: '0042_driver',
    path: '0042_driver.change.yaml',
    title: 'Another driver',
    component: 'driver',
    name: 'pg',
    from: '8.23.0',
    to: '8.23.1',
    rollback: 'install 8.23.0 again',
    restart: false,
    complexity: null,
  };
  const classified = (change: Partial<DeclaredChange>, tier: number | null = null) =>
    classifyDeclared({ ...driver, ...change }, { ...defaultPolicy, tier });

  test.each<[Partial<DeclaredChange>, Complexity]>([
    [{}, 'LOW'],
    [{ to: '9.0.0' }, 'MEDIUM'],
    [{ from: null }, 'MEDIUM'],
    [{ component: 'pool', name: 'pool_size' }, 'MEDIUM'],
    [{ component: 'postgres', name: 'postgres', from: '17.4', to: '17.10' }, 'LOW'],
    [{ component: 'postgres', name: 'postgres', from: '17.4', to: '18.1' }, 'HIGH'],
  ])('%o is %s', (change, level) => {
    expect(classified(change).risk).toBe(level);
  });

  test('a new major on tier 0 is CRITICAL, and an upgrade by kind', () => {
    const upgrade = classified({ component: 'postgres', from: '17', to: '18' }, 0);
    expect(upgrade.assessment).toMatchObject({ kind: 'postgres upgrade', complexity: 'CRITICAL', tier: 0 });
  });

  test('its way back, its restart and its claim are told', () => {
    expect(classified({}).assessment).toMatchObject({
      kind: 'dependency change',
      reversibility: 'reversible',
      reversibilityReason: 'install 8.23.0 again',
      expectedDowntime: 'none',
    });
    expect(classified({ rollback: null, restart: true }).assessment).toMatchObject({
      reversibility: 'reversible with effort',
      expectedDowntime: 'a restart',
    });
    expect(classified({ to: '9.0.0', complexity: 'LOW' }).findings).toMatchObject([{ id: 'claim-understates-risk' }]);
  });
});
