import type {
  ActivitySession,
  BlockingTree,
  CancelAdvice,
  CommandProgress,
  LockWait,
  PreparedTransaction,
  QueueRelief,
} from './activity.js';

export const signalNames = ['cancel', 'terminate'] as const;
export type SignalName = (typeof signalNames)[number];

/** What became of a backend that was signalled. */
export const signalResults = ['gone', 'query ended', 'transaction ended', 'unchanged', 'not sent'] as const;
export type SignalResult = (typeof signalResults)[number];

/** A backend that is about to be signalled, for a person to see. */
export interface SignalPreview {
  readonly signal: SignalName;
  readonly session: ActivitySession;
  readonly advice: CancelAdvice;
  /** Sessions that wait because of it. */
  readonly blocked: number;
}

export interface SignalOutcome {
  readonly signal: SignalName;
  readonly pid: number;
  readonly result: SignalResult;
  /** Milliseconds until that was seen. */
  readonly afterMs: number;
  /** Sessions that waited because of it before, and now. */
  readonly blockedBefore: number;
  readonly blockedAfter: number;
}

/** A lock wait in words that people and programs read. */
export interface ReportedWait extends LockWait {
  /** `AccessExclusiveLock on public.orders`. */
  readonly waitsFor: string;
}

export interface ReportedTree extends BlockingTree {
  readonly advice: CancelAdvice;
  /** Null when nobody is held up by the queue alone. */
  readonly relief: QueueRelief | null;
}

/** Who blocks whom on a server, at one moment. */
export interface LocksReport {
  readonly kind: 'locks';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number; readonly inRecovery: boolean };
  /** ISO 8601. */
  readonly at: string;
  /** Database whose relations have names here, and the one from which was looked. */
  readonly database: string;
  readonly watchedFrom: string;
  /** Processes that wait for a lock, in all databases of the server. */
  readonly blocked: number;
  /** The one that keeps most waiting comes first. */
  readonly trees: readonly ReportedTree[];
  readonly waits: readonly ReportedWait[];
  /** Those that wait, and those waited for. */
  readonly sessions: readonly ActivitySession[];
  readonly preparedTransactions: readonly PreparedTransaction[];
  /** Long commands that tell how far they are. */
  readonly progress: readonly CommandProgress[];
  /** What was done to a backend on request; null when nothing was. */
  readonly signal: SignalOutcome | null;
  readonly notes: readonly string[];
}
