export const declareActions = ['baseline', 'repair'] as const;
export type DeclareAction = (typeof declareActions)[number];

/** One migration about which a person says what is true, and what that writes. */
export interface Declaration {
  readonly migrationId: string;
  /** Null where no file has it. */
  readonly path: string | null;
  readonly says: 'applied' | 'reverted';
  /** Kind of the entry that the ledger gets. */
  readonly ledger: 'migration-baselined' | 'migration-reverted';
  /** What the table of the team's tool gets; empty where it says so already, or where no tool keeps one. */
  readonly table: readonly string[];
}

/** What `lockkeeper baseline` and `lockkeeper repair` report. */
export interface DeclareReport {
  readonly kind: 'declare';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  readonly database: string;
  readonly action: DeclareAction;
  /** The team tool's table, `schema.name`; null where no tool keeps one. */
  readonly table: string | null;
  readonly declarations: readonly Declaration[];
  /** It was agreed to, and stands in ledger and table. */
  readonly written: boolean;
  /** In the ledger; null when nothing was written. */
  readonly runId: string | null;
  readonly notes: readonly string[];
}
