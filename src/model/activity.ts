import type { LockMode } from './locks.js';

/** What a server knows of one of its processes. What the role that asks may not see is null, and `hidden` says so. */
export interface ActivitySession {
  readonly pid: number;
  /** ISO 8601 with microseconds: with the pid it names one backend for good. Null for processes that have none, or hidden. */
  readonly backendStart: string | null;
  readonly databaseOid: number | null;
  readonly database: string | null;
  readonly user: string | null;
  readonly application: string;
  /** Address of the client; `local` for a socket, null for the server's own processes. */
  readonly client: string | null;
  /** As pg_stat_activity writes it: `client backend`, `autovacuum worker`, `walsender`… */
  readonly backendType: string | null;
  /** `active`, `idle in transaction`…; null for the server's own processes. */
  readonly state: string | null;
  /** As `backendStart`: they tell one transaction, and one query, from the next. */
  readonly transactionStart: string | null;
  readonly queryStart: string | null;
  /** Milliseconds since the backend, its transaction, its last query and its state began. */
  readonly backendMs: number | null;
  readonly transactionMs: number | null;
  readonly queryMs: number | null;
  readonly stateMs: number | null;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  /** Text of the running query, else of the last one. */
  readonly query: string | null;
  /** The role that asks sees neither query nor state: it is no member of pg_monitor. */
  readonly hidden: boolean;
  /** Its own transaction id, as text, and how many ids ago that was given out. */
  readonly xid: string | null;
  readonly xidAge: number | null;
  /** How many ids ago its snapshot begins: what it keeps from being cleaned up. */
  readonly xminAge: number | null;
  /** Of a parallel worker: whose query it works for. */
  readonly leaderPid: number | null;
}

/** A transaction that was prepared for a two-phase commit: it has locks and no process. */
export interface PreparedTransaction {
  readonly gid: string;
  readonly xid: string;
  readonly xidAge: number;
  readonly owner: string | null;
  readonly databaseOid: number;
  readonly database: string | null;
  readonly preparedMs: number;
}

/** What is locked. Only the fields that name it are set, the others are null. */
export interface LockObject {
  /** As pg_locks writes it: `relation`, `transactionid`, `virtualxid`, `tuple`, `advisory`… */
  readonly type: string;
  /** Null for what all databases share, and for transactions. */
  readonly databaseOid: number | null;
  readonly relationOid: number | null;
  readonly page: number | null;
  readonly tuple: number | null;
  readonly virtualXid: string | null;
  readonly xid: string | null;
  readonly classOid: number | null;
  readonly objectOid: number | null;
  readonly subId: number | null;
}

/** One line of pg_locks. */
export interface LockEntry {
  readonly object: LockObject;
  /** Null for a prepared transaction. */
  readonly pid: number | null;
  /** Names the transaction that holds it or waits, prepared ones too. */
  readonly virtualTransaction: string;
  readonly mode: LockMode;
  readonly granted: boolean;
  /** Milliseconds; null when granted, or in the instant in which the wait begins. */
  readonly waitedMs: number | null;
}

/** Somebody whom others can wait for. */
export type Blocker =
  | { readonly kind: 'session'; readonly pid: number }
  | { readonly kind: 'prepared'; readonly gid: string | null };

/** Why one waits for another: the other has the lock, or stands before it in the queue with a conflicting wish. */
export interface Blocking {
  readonly by: Blocker;
  readonly how: 'holds' | 'queues ahead';
  readonly mode: LockMode;
}

/** One process that waits for a lock. */
export interface LockWait {
  readonly pid: number;
  readonly object: LockObject;
  readonly mode: LockMode;
  /** Milliseconds; 0 in the instant in which the wait begins. */
  readonly waitedMs: number;
  /** Who holds comes before who queues. Empty when nobody could be found: the wait was over while it was looked at. */
  readonly blockedBy: readonly Blocking[];
}

/** One who waits, in the tree below a root blocker. */
export interface QueuedWait {
  readonly pid: number;
  /** 1 waits for the root itself. */
  readonly depth: number;
  /** The place in the tree; whoever else it waits for stands in its LockWait. */
  readonly behind: Blocker;
}

/** Somebody who waits for nobody, or stands in a circle, with all that wait because of it. */
export interface BlockingTree {
  readonly root: Blocker;
  /** They wait for each other: the server ends one of them after deadlock_timeout. */
  readonly deadlock: boolean;
  /** In the order of a tree: each after the one that it waits behind. */
  readonly queue: readonly QueuedWait[];
  readonly longestWaitMs: number;
}

/** A waiter whose leaving the queue lets others go on at once, though the root goes on blocking. */
export interface QueueRelief {
  readonly pid: number;
  /** Sessions that wait for nothing but its place in the queue. */
  readonly frees: number;
}

/** What may be done about a root blocker. */
export const cancelActions = ['cancel', 'terminate', 'wait', 'decide', 'leave'] as const;
export type CancelAction = (typeof cancelActions)[number];

export interface CancelAdvice {
  /**
   * `cancel` its query; `terminate` its session; `wait`, it goes by itself or is about to; `decide`: a person has to,
   * with what `reason` says; `leave`: ending it harms more than it helps.
   */
  readonly action: CancelAction;
  readonly reason: string;
  /** What a person runs to do it; null when there is nothing to run. */
  readonly command: string | null;
  /** It is only ended when that is insisted on. */
  readonly needsForce: boolean;
}

/** How far a long command has come. */
export interface CommandProgress {
  readonly pid: number;
  readonly databaseOid: number | null;
  readonly database: string | null;
  readonly relationOid: number | null;
  /** `CREATE INDEX CONCURRENTLY`, `VACUUM`, `COPY FROM`… */
  readonly command: string;
  readonly phase: string;
  /** Of this phase; null where the server does not count. */
  readonly done: number | null;
  readonly total: number | null;
  readonly unit: 'blocks' | 'tuples' | 'bytes' | 'sessions' | 'indexes' | 'partitions' | 'tables' | null;
  /** Who a concurrent command waits for now; for a prepared transaction the session that prepared it, idle by now. */
  readonly waitsForPid: number | null;
}

/** How fast a phase goes, from two looks at it. */
export interface ProgressEstimate {
  /** 0 to 1 of the phase; null where the server does not count. */
  readonly fraction: number | null;
  readonly perSecond: number | null;
  /** Milliseconds until the phase ends at that speed. */
  readonly remainingMs: number | null;
}

/** One that follows this server. */
export interface ReplicaState {
  readonly pid: number;
  readonly application: string;
  readonly client: string | null;
  readonly state: string | null;
  /** `sync`, `quorum`, `potential`, `async`. */
  readonly syncState: string | null;
  /** Bytes between what this server has written and what the other has got, made durable, and replayed. */
  readonly sentLagBytes: number | null;
  readonly flushLagBytes: number | null;
  readonly replayLagBytes: number | null;
  /** Milliseconds; null while it has nothing to replay. */
  readonly replayLagMs: number | null;
}

export interface ReplicationSlot {
  readonly name: string;
  readonly slotType: string;
  readonly database: string | null;
  readonly active: boolean;
  readonly pid: number | null;
  /** WAL that is kept for it. */
  readonly retainedBytes: number | null;
  /** `reserved`, `extended`, `unreserved`, `lost`. */
  readonly walStatus: string | null;
  /** What may still be written before it is lost; null without a limit. */
  readonly safeWalBytes: number | null;
  /** Milliseconds since it was last used; null while active, and before PostgreSQL 17. */
  readonly inactiveMs: number | null;
  readonly xminAge: number | null;
  readonly catalogXminAge: number | null;
}

/** Of a standby: how it follows. */
export interface ReceiverState {
  /** Null when no receiver runs. */
  readonly status: string | null;
  readonly sender: string | null;
  readonly slot: string | null;
  /** Received, and not replayed yet. */
  readonly replayLagBytes: number | null;
  /** Milliseconds since the last replayed commit was made; grows on an idle primary, too. */
  readonly lastCommitMs: number | null;
  readonly replayPaused: boolean;
}

export interface ReplicationState {
  readonly inRecovery: boolean;
  readonly replicas: readonly ReplicaState[];
  readonly slots: readonly ReplicationSlot[];
  /** Null on a primary. */
  readonly receiver: ReceiverState | null;
}

/** Somebody whose old snapshot keeps rows from being cleaned up, and whom concurrent commands may have to wait for. */
export interface SnapshotHolder {
  readonly kind: 'session' | 'prepared' | 'replica' | 'slot';
  /** Null for a prepared transaction and a slot that nobody uses. */
  readonly pid: number | null;
  readonly backendStart: string | null;
  /** Application, gid, or name of the slot. */
  readonly name: string;
  readonly database: string | null;
  readonly xminAge: number;
  /** Milliseconds since its transaction began; null where there is none. */
  readonly transactionMs: number | null;
  /** A CREATE INDEX CONCURRENTLY that began now in the database that was asked about would wait for its end. */
  readonly concurrentBuildWaits: boolean;
}
