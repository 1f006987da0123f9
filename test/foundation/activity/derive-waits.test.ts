import { describe, expect, it } from 'vitest';
import { buildTrees } from '../../../src/foundation/activity/build-trees.js';
import { deriveWaits } from '../../../src/foundation/activity/derive-waits.js';
import { findRelief } from '../../../src/foundation/activity/find-relief.js';
import type { LockEntry } from '../../../src/model/activity.js';
import { awaited, held, inShort, lockObject, nameOf, sessionWith } from './activity-facts.js';

const waitsOf = (locks: readonly LockEntry[]) => deriveWaits({ locks, sessions: [], prepared: [] });
const other = { object: lockObject({ relationOid: 16_500 }) };

describe('who waits for whom', () => {
  it('a strong lock that is awaited stops those that come after it', () => {
    const waits = waitsOf([
      held(1, 'AccessShareLock'),
      awaited(2, 'AccessExclusiveLock', { ms: 300 }),
      awaited(3, 'AccessShareLock', { ms: 200 }),
      awaited(4, 'AccessShareLock', { ms: 100 }),
    ]);
    expect(waits.map(inShort)).toEqual(['2 < 1 holds', '3 < 2 queues ahead', '4 < 2 queues ahead']);
    const [tree] = buildTrees(waits);
    expect(tree).toMatchObject({ root: { kind: 'session', pid: 1 }, deadlock: false, longestWaitMs: 300 });
    expect(tree?.queue.map(({ pid, depth }) => [pid, depth])).toEqual([
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
    expect(tree && findRelief(tree, waits)).toEqual({ pid: 2, frees: 2 });
  });

  it('locks that do not conflict, on other things, or of the same process stop nobody', () => {
    const waits = waitsOf([
      held(1, 'RowExclusiveLock'),
      held(2, 'ShareLock', other),
      held(3, 'RowShareLock'),
      held(4, 'AccessExclusiveLock', { object: lockObject({ databaseOid: 6 }) }),
      awaited(3, 'ShareLock', { ms: 10 }),
    ]);
    expect(waits.map(inShort)).toEqual(['3 < 1 holds']);
  });

  it('what the server says of its queues goes before what their ages say', () => {
    const locks = [
      held(1, 'AccessShareLock'),
      awaited(2, 'AccessExclusiveLock', { ms: 300 }),
      awaited(3, 'AccessExclusiveLock', { ms: 200 }),
    ];
    const exact = new Map([
      [2, new Set([1, 3])],
      [3, new Set([1])],
    ]);
    const waits = deriveWaits({ locks, sessions: [], prepared: [], exact });
    expect(waits.map(inShort)).toEqual(['2 < 1 holds, 3 queues ahead', '3 < 1 holds']);
  });

  it('parallel workers count as their leader, which does not wait for itself', () => {
    const waits = deriveWaits({
      locks: [
        held(1, 'AccessExclusiveLock'),
        held(20, 'AccessShareLock', other),
        held(21, 'RowExclusiveLock', other),
        awaited(21, 'AccessShareLock', { ms: 20 }),
        awaited(22, 'AccessShareLock', { ms: 40 }),
        awaited(3, 'AccessExclusiveLock', { ms: 5, ...other }),
      ],
      sessions: [21, 22].map((pid) => sessionWith({ pid, leaderPid: 20, backendType: 'parallel worker' })),
      prepared: [],
    });
    expect(waits.map((wait) => [inShort(wait), wait.waitedMs])).toEqual([
      ['20 < 1 holds', 40],
      ['3 < 20 holds', 5],
    ]);
  });

  it.each(['-1/740', '0/740'])('a prepared transaction has no process: found by its id (%s)', (virtualTransaction) => {
    const waits = deriveWaits({
      locks: [
        held(null, 'RowExclusiveLock', { virtualTransaction }),
        held(null, 'ExclusiveLock', {
          virtualTransaction,
          object: lockObject({ type: 'transactionid', relationOid: null, databaseOid: null, xid: '740' }),
        }),
        awaited(2, 'ShareLock', { ms: 10 }),
      ],
      sessions: [],
      prepared: [
        { gid: 'pay', xid: '740', xidAge: 1, owner: 'app', databaseOid: 5, database: 'shop', preparedMs: 1000 },
      ],
    });
    expect(waits.map(inShort)).toEqual(['2 < prepared pay holds']);
    expect(buildTrees(waits).map(({ root }) => nameOf(root))).toEqual(['prepared pay']);
  });

  it('who waits for two roots stands below both, and everything below it too', () => {
    const waits = waitsOf([
      held(1, 'RowExclusiveLock'),
      held(2, 'RowExclusiveLock'),
      awaited(3, 'ShareLock', { ms: 50 }),
      held(3, 'AccessExclusiveLock', other),
      awaited(4, 'AccessShareLock', { ms: 20, ...other }),
    ]);
    const trees = buildTrees(waits);
    expect(trees.map(({ root, queue }) => [nameOf(root), queue.map(({ pid }) => pid)])).toEqual([
      ['1', [3, 4]],
      ['2', [3, 4]],
    ]);
    expect(trees.map((tree) => findRelief(tree, waits))).toEqual([null, null]);
  });

  it('those who wait for each other have no root: one tree says so, with who is stuck behind them', () => {
    const waits = waitsOf([
      held(1, 'AccessExclusiveLock'),
      held(2, 'AccessExclusiveLock', other),
      awaited(1, 'AccessShareLock', { ms: 90, ...other }),
      awaited(2, 'AccessShareLock', { ms: 80 }),
      awaited(3, 'AccessShareLock', { ms: 70 }),
    ]);
    const trees = buildTrees(waits);
    expect(trees).toHaveLength(1);
    expect(trees[0]).toMatchObject({ deadlock: true });
    expect(new Set(trees[0]?.queue.map(({ pid }) => pid)).size).toBe(2);
  });

  it('a queue of two thousand is worked out in a moment, and says of each the nearest ahead', () => {
    const locks = [
      held(1, 'AccessShareLock'),
      ...Array.from({ length: 2_000 }, (_, index) => awaited(index + 2, 'AccessExclusiveLock', { ms: 5_000 - index })),
    ];
    const started = process.cpuUsage();
    const waits = waitsOf(locks);
    const trees = buildTrees(waits);
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(3);
    expect(trees.map(({ queue }) => queue.length)).toEqual([2_000]);
    expect(Math.max(...waits.map(({ blockedBy }) => blockedBy.length))).toBe(11);
  });
});
