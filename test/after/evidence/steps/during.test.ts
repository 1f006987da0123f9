import { expect, test } from 'vitest';
import type { ChangeFacts } from '../../../../src/after/evidence/change-facts.js';
import { locksWatched } from '../../../../src/after/evidence/steps/during.js';
import type { LockMode, StepLock } from '../../../../src/model/locks.js';

const held = (relation: string, mode: LockMode, more: Partial<StepLock> = {}): StepLock => ({
  relation,
  kind: 'table',
  mode,
  certainty: 'exact',
  ...more,
});

/** The figures for a run whose steps had these locks; undefined: the record is of a version that did not write them. */
function figuresOf(...locks: readonly (readonly StepLock[] | null | undefined)[]): string | null {
  const steps = locks.map((each) => ({ outcome: { attempts: [], longestBlockedMs: 12, locks: each } }));
  const body = { verdict: 'applied', steps, startedAt: '2026-01-01T00:00:00.000Z', durationMs: 5 };
  const run = { digest: 'd', createdAt: '2026-01-01T00:00:00.000Z', body };
  return locksWatched.judge({ runs: [run] } as unknown as ChangeFacts).figures;
}

test('what the locks of a run stopped is counted by relations that were there before', () => {
  const figures = figuresOf(
    [held('public.users', 'AccessExclusiveLock'), held('public.users_pkey', 'AccessExclusiveLock', { kind: 'index' })],
    [held('public.users', 'AccessExclusiveLock'), held('public.orders', 'ShareLock'), held('public.x', 'RowShareLock')],
    [held('public.made', 'AccessExclusiveLock', { created: true })],
    null,
  );
  expect(figures).toContain('others wait 12 ms at most');
  expect(figures).toContain('its locks stopped reads and writes on 1 relation, writes on 1 relation');
});

test('where no step tells of its locks, that is said', () => {
  expect(figuresOf(null)).toContain('which locks it took is not on record');
  expect(figuresOf(undefined)).toContain('which locks it took is not on record');
});
