import { describe, expect, test } from 'vitest';
import { comparePrediction, withPredictedLocks } from '../../../src/before/rehearse/compare-prediction.js';
import type { StatementEffects } from '../../../src/model/effects.js';
import { lockOn, statementOf } from '../../report/sample-rehearsal.js';

const nothing: StatementEffects = { locks: [], rewrites: [], scans: [], transactionBlock: 'allowed', unanalysed: [] };

function effectsOf(fields: Partial<StatementEffects>): { effects: StatementEffects; from: 'schema' } {
  return { effects: { ...nothing, ...fields }, from: 'schema' };
}

const exclusive = { relation: 'public.t', kind: 'table', mode: 'AccessExclusiveLock', certainty: 'certain' } as const;

describe('a difference is', () => {
  test('a lock that was not predicted, or a weaker one than was', () => {
    const trace = statementOf({ sql: 'x', locks: [lockOn('public.t', 'AccessExclusiveLock')] });
    const weaker = effectsOf({ locks: [{ ...exclusive, mode: 'ShareLock' }] });
    expect(comparePrediction(trace, weaker, []).differences).toEqual([
      { about: 'lock', relation: 'public.t', predicted: 'ShareLock', observed: 'AccessExclusiveLock' },
    ]);
    expect(comparePrediction(trace, effectsOf({}), []).differences).toHaveLength(1);
    expect(comparePrediction(trace, effectsOf({ locks: [exclusive] }), []).differences).toEqual([]);
  });

  test('a certain lock that did not come about, but not a possible one', () => {
    const trace = statementOf({ sql: 'x' });
    expect(comparePrediction(trace, effectsOf({ locks: [exclusive] }), []).differences).toHaveLength(1);
    const possible = effectsOf({ locks: [{ ...exclusive, certainty: 'possible' }] });
    expect(comparePrediction(trace, possible, []).differences).toEqual([]);
  });

  test('a rewrite on one side only', () => {
    const rewritten = statementOf({ sql: 'x', rewrites: ['public.t'] });
    expect(comparePrediction(rewritten, effectsOf({}), []).differences).toEqual([
      { about: 'rewrite', relation: 'public.t', predicted: 'left as it is', observed: 'rewritten' },
    ]);
  });
});

describe('no difference is', () => {
  test('a lock that the transaction held already', () => {
    const held = [lockOn('public.t', 'AccessExclusiveLock')];
    const trace = statementOf({ sql: 'x' });
    expect(comparePrediction(trace, effectsOf({ locks: [exclusive] }), held).differences).toEqual([]);
  });

  test('what a failed statement would have done, or what it made itself', () => {
    const error = { code: '42P01', message: '', detail: null, hint: null, path: '', line: 1, column: 1, excerpt: '' };
    const failed = statementOf({ sql: 'x', error });
    expect(comparePrediction(failed, effectsOf({ locks: [exclusive] }), []).differences).toEqual([]);
    const made = statementOf({ sql: 'x', locks: [lockOn('public.t', 'AccessExclusiveLock', { created: true })] });
    expect(comparePrediction(made, effectsOf({}), []).differences).toEqual([]);
  });
});

describe('locks too short to be sampled', () => {
  const bare = statementOf({ sql: 'x', transactionBlock: 'refused' });

  test('are added as predicted, and are no difference', () => {
    const prediction = effectsOf({ locks: [exclusive], transactionBlock: 'refused' });
    expect(withPredictedLocks(bare, prediction)).toEqual([
      lockOn('public.t', 'AccessExclusiveLock', { certainty: 'predicted' }),
    ]);
    expect(comparePrediction(bare, prediction, []).differences).toEqual([]);
  });

  test('are not added where a transaction kept its locks until they were read', () => {
    expect(withPredictedLocks(statementOf({ sql: 'x' }), effectsOf({ locks: [exclusive] }))).toEqual([]);
  });
});
