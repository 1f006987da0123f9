import type { KeptEntry } from './keep-report.js';

/** What `lockkeeper uninstall` reports. */
export interface UninstallReport {
  readonly kind: 'uninstall';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  readonly database: string;
  /** Schemas of ours that are there, and go. */
  readonly schemas: readonly string[];
  /** Entries of the ledger that go with it. */
  readonly entries: number;
  /** Kept for rollbacks; it goes too where that was said. */
  readonly kept: readonly KeptEntry[];
  /** Somebody agreed, and nothing of ours is left. */
  readonly removed: boolean;
}
