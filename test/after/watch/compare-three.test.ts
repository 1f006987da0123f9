import { expect, test } from 'vitest';
import { compareSteps } from '../../../src/after/watch/compare-steps.js';
import { compareThree } from '../../../src/after/watch/compare-three.js';
import type { ReportedStep } from '../../../src/model/apply-report.js';
import type { CheckReport } from '../../../src/model/check.js';
import type { LockMode, StepLock } from '../../../src/model/locks.js';
import type { Rehearsal } from '../../../src/model/rehearsal.js';

const sql = 'ALTER TABLE users ADD COLUMN age int';
const path = '1.sql';

type Attempt = NonNullable<ReportedStep['outcome']>['attempts'][number];

const attempt: Attempt = {
  startedAt: '2026-03-01T12:00:00.000Z',
  waitedOutsideMs: 0,
  queuedMs: 0,
  durationMs: 12,
  backend: { pid: 1, backendStart: '' },
  failure: null,
};

function stepOf(outcome: Partial<NonNullable<ReportedStep['outcome']>> = {}): ReportedStep {
  const applied = {
    stepId: '1/1',
    state: 'applied',
    attempts: [attempt],
    walBytes: 1_000,
    longestBlockedMs: 0,
    locks: null,
  } as const;
  return {
    id: '1/1',
    migrationId: '1',
    path,
    kind: 'transaction',
    profile: 'short lock',
    sql: [sql],
    outcome: { ...applied, ...outcome },
  };
}

const lockOf = (mode: LockMode) => ({ relation: 'public.users', kind: 'table', mode, certainty: 'certain' }) as const;

/** As much of both as is compared. */
function accounts({ predicted, rehearsed }: { readonly predicted: LockMode; readonly rehearsed: LockMode }) {
  const statement = { sql, path, rewrites: [], scans: [] };
  const check = { migrations: [{ statements: [{ ...statement, locks: [lockOf(predicted)] }] }] };
  const trace = { ...statement, locks: [lockOf(rehearsed)], durationMs: 10, walBytes: 900, traffic: [], error: null };
  return {
    check: check as unknown as CheckReport,
    rehearsal: { migrations: [{ statements: [trace] }] } as unknown as Rehearsal,
  };
}

const same = accounts({ predicted: 'AccessExclusiveLock', rehearsed: 'AccessExclusiveLock' });

test('what went as foretold is no surprise, and stands side by side', () => {
  const actual = { steps: [stepOf()] };
  expect(compareThree(same.check, same.rehearsal, actual)).toEqual([]);
  expect(compareSteps({ predicted: same.check, rehearsal: same.rehearsal, actual })).toMatchObject([
    {
      locks: { predicted: ['public.users AccessExclusiveLock'], rehearsed: ['public.users AccessExclusiveLock'] },
      durationMs: { rehearsed: 10, actual: 12 },
      walBytes: { rehearsed: 900, actual: 1_000 },
      attempts: 1,
    },
  ]);
});

test('without a rehearsal or a prediction nothing is compared with them', () => {
  expect(compareThree(null, null, { steps: [stepOf()] })).toEqual([]);
});

const failure = { kind: 'error', sqlState: '23505', message: 'duplicate key', place: null } as const;

test.each<[string, ReturnType<typeof stepOf>, string, string]>([
  ['duration', stepOf({ attempts: [{ ...attempt, durationMs: 5_000 }] }), 'validation after a change', '5000 ms'],
  ['wal', stepOf({ walBytes: 50_000_000 }), 'cutover', '50000000 bytes'],
  ['blocked', stepOf({ longestBlockedMs: 700 }), 'lock storm', '700 ms'],
  ['queue', stepOf({ attempts: [attempt, attempt] }), 'lock storm', '2 attempts'],
  [
    'outcome',
    stepOf({ state: 'not-applied', attempts: [{ ...attempt, failure }] }),
    'emergency rollback',
    'not-applied',
  ],
])('%s', (...[about, step, runbook, actual]) => {
  expect(compareThree(same.check, same.rehearsal, { steps: [step] })).toMatchObject([{ about, runbook, actual }]);
});

test('a lock that nobody predicted', () => {
  const { check, rehearsal } = accounts({ predicted: 'ShareLock', rehearsed: 'AccessExclusiveLock' });
  expect(compareThree(check, rehearsal, { steps: [stepOf()] })).toMatchObject([
    { about: 'locks', predicted: 'public.users ShareLock', rehearsed: 'public.users AccessExclusiveLock' },
  ]);
});

const held = (mode: LockMode, relation = 'public.users') =>
  ({ relation, kind: 'table', mode, certainty: 'exact' }) as const;

test('what was taken stands beside what was predicted and rehearsed', () => {
  const actual = { steps: [stepOf({ locks: [held('AccessExclusiveLock'), held('AccessShareLock', 'public.seen')] })] };
  const [compared] = compareSteps({ predicted: same.check, rehearsal: same.rehearsal, actual });
  expect(compared?.locks).toEqual({
    predicted: ['public.users AccessExclusiveLock'],
    rehearsed: ['public.users AccessExclusiveLock'],
    actual: ['public.seen AccessShareLock', 'public.users AccessExclusiveLock'],
  });
  expect(compareThree(same.check, same.rehearsal, actual)).toEqual([]);
});

const foretold = accounts({ predicted: 'ShareUpdateExclusiveLock', rehearsed: 'ShareLock' });

test.each<[string, Parameters<typeof compareThree>[0], Parameters<typeof compareThree>[1], string]>([
  ['both', foretold.check, foretold.rehearsal, 'neither predicted nor rehearsed'],
  ['the prediction alone', foretold.check, null, 'was not predicted'],
  ['the rehearsal alone', null, foretold.rehearsal, 'it did not take in the rehearsal'],
])('a lock that was taken and that nobody foresaw, by %s', (...[, check, rehearsal, words]) => {
  const step = stepOf({ locks: [held('AccessExclusiveLock'), held('RowShareLock', 'public.teams')] });
  const surprises = compareThree(check, rehearsal, { steps: [step] });
  expect(surprises[0]).toMatchObject({
    about: 'locks',
    runbook: 'lock storm',
    actual: 'public.teams RowShareLock, public.users AccessExclusiveLock',
  });
  expect(surprises[0]?.text).toContain('took public.teams RowShareLock, public.users AccessExclusiveLock, which ');
  expect(surprises[0]?.text).toContain(words);
});

test.each<[string, readonly StepLock[]]>([
  ['as strong as was rehearsed, and stronger than predicted', [held('ShareLock')]],
  ['weaker than foretold', [held('RowShareLock')]],
  ['only read', [held('AccessShareLock', 'public.others')]],
  ['made by the step', [{ ...held('AccessExclusiveLock', 'public.others'), created: true }]],
  ['an index, which follows its table', [{ ...held('AccessExclusiveLock', 'public.key'), kind: 'index' }]],
])('no surprise of the run: %s', (_, locks) => {
  const surprises = compareThree(foretold.check, foretold.rehearsal, { steps: [stepOf({ locks })] });
  expect(surprises.map(({ text }) => text)).toEqual([
    '1/1 took public.users ShareLock in the rehearsal, which was not predicted.',
  ]);
});

test('without another account no lock is a surprise, and hundreds of them make one sentence', () => {
  const locks = [...Array(200).keys()].map((n) => held('AccessExclusiveLock', `public.p${n}`));
  expect(compareThree(null, null, { steps: [stepOf({ locks })] })).toEqual([]);
  const [surprise, ...others] = compareThree(same.check, null, { steps: [stepOf({ locks })] });
  expect(surprise?.text).toContain('195 more, which was not predicted');
  expect(others).toEqual([]);
});

test('a step that the rehearsal does not know', () => {
  const step = { ...stepOf(), sql: ['DROP TABLE users'] };
  expect(compareThree(same.check, same.rehearsal, { steps: [step] })).toMatchObject([{ about: 'not rehearsed' }]);
});
