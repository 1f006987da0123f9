import type { JsonValue } from './json.js';

/** The schema in a target that holds what was done to it; nothing of the team's own lies in it. */
export const ledgerSchema = 'lockkeeper';

/** Who runs a change: enough for a person, and for the next runner, to find out whether that one still lives. */
export interface RunnerIdentity {
  readonly host: string;
  readonly processId: number;
  readonly osUser: string;
  readonly databaseUser: string;
  readonly tool: string;
  /** Schema of the tenant that it works on; missing where it works on the whole database. */
  readonly tenant?: string;
}

/** A backend that works for a run; pid and start together name it, for pids are used again. */
export interface BackendIdentity {
  readonly pid: number;
  /** As the server writes it, with microseconds. */
  readonly backendStart: string;
}

export const ledgerRunKinds = ['apply', 'rollback', 'baseline', 'repair'] as const;
export type LedgerRunKind = (typeof ledgerRunKinds)[number];

/** What a run says of itself when it begins. */
export interface RunOrigin {
  readonly kind: LedgerRunKind;
  readonly runner: RunnerIdentity;
  /** File of a rollback that is not the project's own, as it was named; null where the project has the script. */
  readonly script: string | null;
}

export type LedgerEntryKind =
  /** A run began: its plan and limits. */
  | 'run-started'
  /** A step is about to be tried. */
  | 'intent'
  /** A step took effect; in the step's own transaction where it has one. */
  | 'applied'
  /** A step left nothing behind. */
  | 'not-applied'
  /** Nobody knows yet. */
  | 'indeterminate'
  /** All steps of a migration took effect, or were taken back, or are declared so. */
  | 'migration-applied'
  | 'migration-reverted'
  | 'migration-baselined'
  /** A run ended: done, aborted, or failed, and why. */
  | 'run-ended'
  /** Digest of the newest evidence record. */
  | 'anchor';

/** One row of `lockkeeper.entry`. Rows are only added. */
export interface LedgerEntry {
  /** Grows with each row; gaps are rows whose transaction was rolled back. */
  readonly number: number;
  readonly runId: string;
  readonly kind: LedgerEntryKind;
  readonly migrationId: string | null;
  readonly stepId: string | null;
  /** ISO 8601, UTC, by the server's clock. */
  readonly at: string;
  readonly body: JsonValue;
}

/** What a writer adds; the server numbers and dates it. */
export type NewLedgerEntry = Omit<LedgerEntry, 'number' | 'at'>;

/** Who holds the right to change a database. */
export interface LeaseHolder {
  readonly runner: RunnerIdentity;
  readonly backend: BackendIdentity;
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** The holder's backend is still there. */
  readonly alive: boolean;
}

/** `begun`: an attempt was announced, and nothing tells yet what became of it. */
export const ledgerStepStates = ['not-begun', 'begun', 'applied', 'not-applied', 'indeterminate'] as const;

export interface LedgerRunStep {
  readonly id: string;
  readonly migrationId: string;
  readonly kind: 'transaction' | 'statement';
  readonly state: (typeof ledgerStepStates)[number];
  readonly attempts: number;
  /** When the ledger last heard of it; ISO 8601, UTC. Null when it never did. */
  readonly at: string | null;
}

export const ledgerVerdicts = ['applied', 'aborted', 'failed', 'indeterminate'] as const;

/** A run as the ledger tells it. */
export interface LedgerRun {
  readonly id: string;
  readonly kind: LedgerRunKind;
  readonly direction: 'up' | 'down';
  /** Null where the ledger does not say. */
  readonly runner: RunnerIdentity | null;
  readonly script: string | null;
  readonly changeDigest: string | null;
  readonly startedAt: string;
  /** Null while it goes on, and for a run that was broken off. */
  readonly endedAt: string | null;
  readonly verdict: (typeof ledgerVerdicts)[number] | null;
  /** Why a person ended it or declared something. */
  readonly reason: string | null;
  /** Ids of the migrations that it was about, and of those that it completed. */
  readonly migrations: readonly string[];
  readonly completed: readonly string[];
  readonly steps: readonly LedgerRunStep[];
}
