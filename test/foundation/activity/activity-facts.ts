import type { ActivitySession, Blocker, LockEntry, LockObject, LockWait } from '../../../src/model/activity.js';
import type { LockMode } from '../../../src/model/locks.js';

/** A client's session that runs a query, with what a test says of it. */
export function sessionWith(facts: Partial<ActivitySession>): ActivitySession {
  return {
    pid: 1,
    backendStart: '2026-01-01T00:00:00.000001Z',
    databaseOid: 5,
    database: 'shop',
    user: 'app',
    application: 'web',
    client: 'local',
    backendType: 'client backend',
    state: 'active',
    transactionStart: '2026-01-01T00:00:01.000001Z',
    queryStart: '2026-01-01T00:00:02.000001Z',
    backendMs: 60_000,
    transactionMs: 30_000,
    queryMs: 20_000,
    stateMs: 20_000,
    waitEventType: null,
    waitEvent: null,
    query: 'UPDATE orders SET note = 1',
    hidden: false,
    xid: null,
    xidAge: null,
    xminAge: null,
    leaderPid: null,
    ...facts,
  };
}

export function lockObject(facts: Partial<LockObject>): LockObject {
  return {
    type: 'relation',
    databaseOid: 5,
    relationOid: 16_400,
    page: null,
    tuple: null,
    virtualXid: null,
    xid: null,
    classOid: null,
    objectOid: null,
    subId: null,
    ...facts,
  };
}

interface EntryFacts {
  readonly object?: LockObject;
  readonly virtualTransaction?: string;
}

export function held(pid: number | null, mode: LockMode, facts: EntryFacts = {}): LockEntry {
  return { ...base(pid, facts), mode, granted: true, waitedMs: null };
}

export function awaited(
  pid: number,
  mode: LockMode,
  { ms, ...facts }: EntryFacts & { readonly ms: number },
): LockEntry {
  return { ...base(pid, facts), mode, granted: false, waitedMs: ms };
}

function base(pid: number | null, { object, virtualTransaction }: EntryFacts) {
  return { pid, object: object ?? lockObject({}), virtualTransaction: virtualTransaction ?? `${pid}/1` };
}

/** Who blocks, in short. */
export function inShort(wait: LockWait): string {
  return `${wait.pid} < ${wait.blockedBy.map(({ by, how }) => `${nameOf(by)} ${how}`).join(', ')}`;
}

export function nameOf(blocker: Blocker): string {
  return blocker.kind === 'session' ? String(blocker.pid) : `prepared ${blocker.gid}`;
}
