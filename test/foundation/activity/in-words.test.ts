import { describe, expect, it } from 'vitest';
import { describeWait } from '../../../src/foundation/activity/describe-wait.js';
import { estimateProgress } from '../../../src/foundation/activity/read-progress.js';
import { areCatalogsLocked } from '../../../src/foundation/activity/relation-names.js';
import type { CommandProgress, LockObject } from '../../../src/model/activity.js';
import { awaited, held, lockObject } from './activity-facts.js';

describe('what somebody waits for', () => {
  it.each<[string, Partial<LockObject>, string]>([
    ['a table', {}, 'ShareLock on public.orders'],
    ['one without a name', { relationOid: 7 }, 'ShareLock on relation 7 of database 5'],
    ['a shared one without a name', { relationOid: 7, databaseOid: null }, 'ShareLock on relation 7'],
    ['a row', { type: 'tuple', page: 3, tuple: 4 }, 'ShareLock on row (3,4) of public.orders'],
    ['new pages', { type: 'extend' }, 'ShareLock on the extension of public.orders'],
    [
      'a transaction',
      { type: 'transactionid', xid: '740' },
      'the end of transaction 740, which wrote a row that it wants',
    ],
    [
      'a snapshot',
      { type: 'virtualxid', virtualXid: '3/7' },
      'the end of the transaction 3/7, with its snapshot or its locks',
    ],
    [
      'one key',
      { type: 'advisory', classOid: 0xffff_ffff, objectOid: 0xffff_fffe, subId: 1 },
      'ShareLock on advisory lock -2',
    ],
    [
      'two keys',
      { type: 'advisory', classOid: 1, objectOid: 0xffff_ffff, subId: 2 },
      'ShareLock on advisory lock 1, -1',
    ],
    ['a schema', { type: 'object', classOid: 2615, objectOid: 2200 }, 'ShareLock on object 2200 of catalog 2615'],
    ['what is new', { type: 'frozenid' }, 'ShareLock on frozenid'],
  ])('%s', (_, facts, words) => {
    const nameOf = ({ relationOid }: LockObject) => (relationOid === 16_400 ? 'public.orders' : null);
    expect(describeWait({ mode: 'ShareLock', object: lockObject(facts) }, nameOf)).toBe(words);
  });
});

describe('how long it still takes', () => {
  const at = (done: number | null, phase = 'scanning'): CommandProgress => ({
    pid: 1,
    databaseOid: 5,
    database: 'shop',
    relationOid: 1,
    command: 'VACUUM',
    phase,
    done,
    total: done === null ? null : 1000,
    unit: done === null ? null : 'blocks',
    waitsForPid: null,
  });
  it.each<[CommandProgress | null, CommandProgress, object]>([
    [at(100), at(300), { fraction: 0.3, perSecond: 100, remainingMs: 7000 }],
    [null, at(300), { fraction: 0.3, perSecond: null, remainingMs: null }],
    [at(900, 'before'), at(300), { fraction: 0.3, perSecond: null, remainingMs: null }],
    [at(300), at(300), { fraction: 0.3, perSecond: null, remainingMs: null }],
    [at(300), at(null), { fraction: null, perSecond: null, remainingMs: null }],
  ])('is the speed of one phase between two looks', (earlier, later, estimate) => {
    expect(estimateProgress(earlier, later, 2000)).toEqual(estimate);
  });
});

it('catalogs count as locked by what their readers have to wait for, in their database or in all', () => {
  const catalog = (databaseOid: number | null) => ({ object: lockObject({ relationOid: 1259, databaseOid }) });
  expect(areCatalogsLocked([held(1, 'AccessExclusiveLock', catalog(5))], 5)).toBe(true);
  expect(areCatalogsLocked([awaited(1, 'AccessExclusiveLock', { ms: 1, ...catalog(null) })], 5)).toBe(true);
  expect(areCatalogsLocked([held(1, 'AccessExclusiveLock', catalog(6)), held(1, 'ShareLock', catalog(5))], 5)).toBe(
    false,
  );
  expect(areCatalogsLocked([held(1, 'AccessExclusiveLock')], 5)).toBe(false);
});
