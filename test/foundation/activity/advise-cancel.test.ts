import { describe, expect, it } from 'vitest';
import { type AdviceFacts, adviseCancel } from '../../../src/foundation/activity/advise-cancel.js';
import type { ActivitySession, BlockingTree } from '../../../src/model/activity.js';
import { sessionWith } from './activity-facts.js';

const tree: BlockingTree = { root: { kind: 'session', pid: 1 }, deadlock: false, queue: [], longestWaitMs: 10 };

function advise(session: Partial<ActivitySession>, facts: Partial<AdviceFacts> = {}) {
  return adviseCancel({
    session: sessionWith(session),
    prepared: null,
    tree,
    wait: null,
    deadlockTimeoutMs: 1000,
    ownPids: [],
    ...facts,
  });
}

describe('what may be done about a root blocker', () => {
  it.each<[string, Partial<ActivitySession>, string, RegExp]>([
    ['a long query', { query: 'SELECT 1' }, 'cancel', /gets an error/],
    ['a write', { query: '/* web */ UPDATE t SET a = 1' }, 'cancel', /work lost/],
    ['a concurrent build', { query: 'CREATE INDEX CONCURRENTLY i ON t (a)' }, 'cancel', /invalid index/],
    ['a detach', { query: 'ALTER TABLE p DETACH PARTITION q CONCURRENTLY' }, 'cancel', /FINALIZE/],
    ['a vacuum by hand', { query: 'vacuum t' }, 'cancel', /started again/],
    ['a dump', { application: 'pg_dump', query: 'COPY t TO stdout' }, 'cancel', /from its beginning/],
    ['a commit', { query: 'COMMIT' }, 'wait', /ending/],
    ['an open transaction', { state: 'idle in transaction', stateMs: 60_000 }, 'terminate', /no query to cancel/],
    ['one between two statements', { state: 'idle in transaction', stateMs: 50 }, 'wait', /between two/],
    ['a session lock', { state: 'idle' }, 'terminate', /advisory/],
    ['one that nobody reads from', { waitEventType: 'Client', waitEvent: 'ClientWrite' }, 'terminate', /client/],
    ['an autovacuum', { backendType: 'autovacuum worker', query: 'autovacuum: VACUUM a.t' }, 'wait', /1000 ms/],
  ])('%s', (...row) => {
    const [, session, action, reason] = row;
    const advice = advise(session);
    expect(advice).toMatchObject({ action, needsForce: false, reason: expect.stringMatching(reason) });
    if (action === 'cancel' || action === 'terminate') expect(advice.command).toBe(`lockkeeper locks --${action} 1`);
  });

  it.each<[string, Partial<ActivitySession>, RegExp]>([
    [
      'a wraparound vacuum',
      { backendType: 'autovacuum worker', query: 'autovacuum: VACUUM a.t (to prevent wraparound)' },
      /does not yield/,
    ],
    ['replication', { backendType: 'walsender' }, /standby/],
    ['replay on a standby', { backendType: 'startup', state: null }, /primary/],
    ['a subscription', { backendType: 'logical replication worker' }, /SUBSCRIPTION/],
    ['an extension', { backendType: 'pg_cron launcher' }, /extension/],
    ['a commit that waits for a standby', { waitEventType: 'IPC', waitEvent: 'SyncRep' }, /standby/],
    ['a run of ours', { application: 'lockkeeper apply' }, /lockkeeper/],
    ['what is hidden', { hidden: true, state: null, query: null, backendType: null }, /pg_monitor/],
  ])('is left alone: %s', (_, session, reason) => {
    expect(advise(session)).toMatchObject({
      action: 'leave',
      command: null,
      needsForce: true,
      reason: expect.stringMatching(reason),
    });
  });

  it('never decides a prepared transaction, and says where a person does, quoted', () => {
    const root = { kind: 'prepared', gid: "it's" } as const;
    const prepared = { gid: "it's", xid: '7', xidAge: 1, owner: 'a', databaseOid: 5, database: 'shop', preparedMs: 1 };
    const advice = advise({}, { session: null, prepared, tree: { ...tree, root } });
    expect(advice).toMatchObject({ action: 'decide', command: null });
    expect(advice.reason).toContain("in database shop: COMMIT PREPARED 'it''s' or ROLLBACK PREPARED 'it''s'");
    expect(advise({}, { session: null, tree: { ...tree, root: { kind: 'prepared', gid: null } } }).action).toBe(
      'decide',
    );
  });

  it('our own session, a deadlock, somebody who has gone', () => {
    expect(advise({}, { ownPids: [1] })).toMatchObject({ action: 'leave', needsForce: true });
    expect(advise({}, { tree: { ...tree, deadlock: true } })).toMatchObject({ action: 'wait' });
    expect(advise({}, { session: null })).toMatchObject({ action: 'leave' });
  });
});
