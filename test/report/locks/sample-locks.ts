import type { ActivitySession, LockObject } from '../../../src/model/activity.js';
import type { LocksReport } from '../../../src/model/locks-report.js';

const object: LockObject = {
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
};

const session: ActivitySession = {
  pid: 11,
  backendStart: '2026-01-01T00:00:00.000001Z',
  databaseOid: 5,
  database: 'shop',
  user: 'app',
  application: 'nightly report',
  client: '10.0.0.7',
  backendType: 'client backend',
  state: 'idle in transaction',
  transactionStart: '2026-01-01T00:00:01.000001Z',
  queryStart: '2026-01-01T00:00:02.000001Z',
  backendMs: 600_000,
  transactionMs: 125_000,
  queryMs: 125_000,
  stateMs: 120_000,
  waitEventType: 'Client',
  waitEvent: 'ClientRead',
  query: 'SELECT count(*) FROM orders',
  hidden: false,
  xid: null,
  xidAge: null,
  xminAge: 250_000,
  leaderPid: null,
};

const waiting = { ...session, state: 'active', waitEventType: 'Lock', waitEvent: 'relation', xminAge: null };

/** A report that waits behind an open transaction, a change before two readers, and a prepared transaction beside it. */
export const sampleLocks: LocksReport = {
  kind: 'locks',
  version: 1,
  tool: { name: 'lockkeeper', version: '0.1.0' },
  server: { version: '17.10', major: 17, inRecovery: false },
  at: '2026-01-01T00:02:06.000Z',
  database: 'shop',
  watchedFrom: 'postgres',
  blocked: 4,
  trees: [
    {
      root: { kind: 'session', pid: 11 },
      deadlock: false,
      queue: [
        { pid: 12, depth: 1, behind: { kind: 'session', pid: 11 } },
        { pid: 13, depth: 2, behind: { kind: 'session', pid: 12 } },
        { pid: 14, depth: 2, behind: { kind: 'session', pid: 12 } },
      ],
      longestWaitMs: 12_400,
      advice: {
        action: 'terminate',
        reason: 'It is idle in a transaction.',
        command: 'lockkeeper locks --terminate 11',
        needsForce: false,
      },
      relief: { pid: 12, frees: 2 },
    },
    {
      root: { kind: 'prepared', gid: 'pay 7' },
      deadlock: false,
      queue: [{ pid: 15, depth: 1, behind: { kind: 'prepared', gid: 'pay 7' } }],
      longestWaitMs: 900,
      advice: { action: 'decide', reason: 'A person has to.', command: null, needsForce: false },
      relief: null,
    },
  ],
  waits: [
    { pid: 12, mode: 'AccessExclusiveLock' as const, waitedMs: 12_400, by: 11, how: 'holds' as const },
    { pid: 13, mode: 'AccessShareLock' as const, waitedMs: 9_000, by: 12, how: 'queues ahead' as const },
    { pid: 14, mode: 'AccessShareLock' as const, waitedMs: 8_000, by: 12, how: 'queues ahead' as const },
    { pid: 15, mode: 'ShareLock' as const, waitedMs: 900, by: null, how: 'holds' as const },
  ].map(({ by, how, ...wait }) => ({
    ...wait,
    object,
    blockedBy: [
      {
        by: by === null ? { kind: 'prepared' as const, gid: 'pay 7' } : { kind: 'session' as const, pid: by },
        how,
        mode: 'RowExclusiveLock' as const,
      },
    ],
    waitsFor: `${wait.mode} on public.orders`,
  })),
  sessions: [
    session,
    { ...waiting, pid: 12, application: 'dbmate', query: 'ALTER TABLE orders ADD COLUMN total \u001b[31mint' },
    { ...waiting, pid: 13, application: 'web', query: 'SELECT 1 FROM orders' },
    { ...waiting, pid: 14, hidden: true, query: null, state: null, application: 'web' },
    { ...waiting, pid: 15, application: 'psql', query: 'LOCK TABLE orders' },
  ],
  preparedTransactions: [
    { gid: 'pay 7', xid: '740', xidAge: 3, owner: 'app', databaseOid: 5, database: 'shop', preparedMs: 60_000 },
  ],
  progress: [
    {
      pid: 13,
      databaseOid: 5,
      database: 'shop',
      relationOid: 16_400,
      command: 'COPY TO',
      phase: 'running',
      done: 512,
      total: 2048,
      unit: 'bytes',
      waitsForPid: null,
    },
  ],
  signal: null,
  notes: ['Something to know.'],
};
