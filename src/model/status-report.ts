import type { KeptEntry } from './keep-report.js';
import type { LeaseHolder, LedgerRun } from './ledger.js';

/** The team tool's account, or the ledger's where no tool keeps one, beside what the ledger says. */
export interface StatusAccount {
  /** Whose account it is. */
  readonly tool: string;
  /** `schema.name`; null where the database has no such table. */
  readonly table: string | null;
  readonly applied: readonly string[];
  /** In the order of the files. */
  readonly pending: readonly string[];
  readonly edited: readonly string[];
  readonly failed: readonly string[];
  /** Not applied, though later ones are. */
  readonly gaps: readonly string[];
  /** The tool will never apply them, or refuses to go on because of them. */
  readonly gapConduct: 'applies' | 'refuses' | 'skips';
  /** Applied, but no file has them. */
  readonly unknown: readonly string[];
  /** Due again, for their text changed. */
  readonly again: readonly string[];
}

/** One of both is wrong about a migration. */
export interface Disagreement {
  readonly migrationId: string;
  readonly ledger: 'applied' | 'reverted';
  readonly tool: 'applied' | 'absent';
}

/** A migration of several steps that an earlier run left before its end. */
export interface PartlyApplied {
  readonly migrationId: string;
  /** Ids of the steps that took effect. */
  readonly steps: readonly string[];
}

/** How far a statement is that a run has at work now. */
export interface StatusProgress {
  readonly pid: number;
  readonly command: string;
  readonly phase: string;
  /** 0 to 1. */
  readonly fraction: number | null;
}

export interface StatusTrouble {
  readonly what: string;
  readonly remedy: string;
}

/** What `lockkeeper status` reports. */
export interface StatusReport {
  readonly kind: 'status';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  /** What people call the database. */
  readonly database: string;
  readonly account: StatusAccount;
  /** The database has a ledger of lockkeeper. */
  readonly ledger: boolean;
  /** Who holds the right to change the database, or left without giving it back; null when nobody does. */
  readonly holder: LeaseHolder | null;
  /** Of a run that goes on; null when none does. */
  readonly running: LedgerRun | null;
  readonly progress: readonly StatusProgress[];
  /** Broken off, or ended without anybody knowing how; null when there is none. */
  readonly unfinished: LedgerRun | null;
  readonly partlyApplied: readonly PartlyApplied[];
  readonly disagreements: readonly Disagreement[];
  /** Kept for rollbacks, and expired or about to be. */
  readonly kept: readonly KeptEntry[];
  /** What needs a person. Empty: nothing does. */
  readonly troubles: readonly StatusTrouble[];
  readonly notes: readonly string[];
}

/** What `lockkeeper history` reports. */
export interface HistoryReport {
  readonly kind: 'history';
  readonly version: 1;
  readonly tool: StatusReport['tool'];
  readonly server: StatusReport['server'];
  readonly database: string;
  readonly ledger: boolean;
  /** The newest first. */
  readonly runs: readonly LedgerRun[];
}
