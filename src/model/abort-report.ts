import type { LedgerRun, LeaseHolder } from './ledger.js';

/** What was found out of a step that was begun and of which the ledger did not tell. */
export interface SettledStep {
  readonly stepId: string;
  readonly state: 'applied' | 'not-applied';
  /** A person said so; else its probe did. */
  readonly assumed: boolean;
}

/** What `lockkeeper abort` reports. */
export interface AbortReport {
  readonly kind: 'abort';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  readonly database: string;
  /** As it was found; null when its runner had not begun to write. */
  readonly run: LedgerRun | null;
  readonly holder: LeaseHolder | null;
  /** Its runner was at work. */
  readonly alive: boolean;
  /** Backends that were ended. */
  readonly ended: number;
  readonly settled: readonly SettledStep[];
  /** Somebody agreed, and the run is ended. */
  readonly aborted: boolean;
  /** In which state the database is now. */
  readonly state: string;
  readonly remedy: string | null;
}
