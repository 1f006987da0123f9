import { expect, test } from 'vitest';
import type { StepComparison } from '../../../src/model/surprise.js';
import { stepLocksInWords } from '../../../src/report/watch/step-locks.js';

const nothing = { rehearsed: null, actual: null };

function stepOf(locks: Partial<StepComparison['locks']>): StepComparison {
  const known = { predicted: null, rehearsed: null, actual: null, ...locks };
  const figures = { durationMs: nothing, walBytes: nothing, blockedMs: nothing, queuedMs: null, attempts: 1 };
  return { stepId: '042/1', path: '042.sql', locks: known, ...figures };
}

const users = 'public.users AccessExclusiveLock';
const read = 'public.teams AccessShareLock';
const odd = 'sales."Odd name" ShareLock';

test.each<[string, Partial<StepComparison['locks']>, readonly string[]]>([
  [
    'as foretold by both',
    { predicted: [users], rehearsed: [read, users], actual: [users] },
    ['042/1 took AccessExclusive on users, as predicted and rehearsed.'],
  ],
  [
    'otherwise than foretold',
    { predicted: [odd], rehearsed: [], actual: [odd, users] },
    [
      '042/1 took Share on sales."Odd name", AccessExclusive on users; predicted: Share on sales."Odd name"; rehearsed: none that others feel.',
    ],
  ],
  ['known by nobody before', { actual: [users] }, ['042/1 took AccessExclusive on users.']],
  ['only read', { predicted: [read], rehearsed: [], actual: [read] }, []],
  ['not known', { predicted: [users], rehearsed: [users] }, []],
])('%s', (_, locks, lines) => {
  expect(stepLocksInWords([stepOf(locks)])).toEqual(lines);
});
