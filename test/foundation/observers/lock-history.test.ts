import { describe, expect, it } from 'vitest';
import { toSamples } from '../../../src/foundation/observers/lock-history.js';

describe('toSamples', () => {
  it('dates each lock from its first change point to the one that lacks it', () => {
    const samples = toSamples([
      [1, '20000 ShareUpdateExclusiveLock true'],
      [4, '20000 ShareUpdateExclusiveLock true,20001 ShareLock false'],
      [9, '20000 ShareUpdateExclusiveLock true,20001 ShareLock true'],
      [10, ''],
    ]);
    expect(samples).toEqual([
      { oid: '20000', mode: 'ShareUpdateExclusiveLock', firstSeenAt: 1, lastSeenAt: 10, waitedMs: 0 },
      { oid: '20001', mode: 'ShareLock', firstSeenAt: 4, lastSeenAt: 10, waitedMs: 5 },
    ]);
  });

  it('is empty for a statement that locked nothing', () => {
    expect(toSamples([[3, '']])).toEqual([]);
  });
});
