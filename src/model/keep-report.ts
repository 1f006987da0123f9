/** `list` tells what is kept; `drop` lets go of it. */
export const keepActions = ['list', 'drop'] as const;
export type KeepAction = (typeof keepActions)[number];

/**
 * How the list of kept data and the tables agree.
 * - `kept`: listed, and there;
 * - `missing`: listed, but its table is gone;
 * - `unlisted`: a table that the list does not have, so that nothing says when it expires.
 */
export const keptStates = ['kept', 'missing', 'unlisted'] as const;
export type KeptState = (typeof keptStates)[number];

/** A foreign key of a table that still refers to kept rows: deleting them, or their keys, fails. */
export interface IncomingKey {
  /** `schema.name` of the table that refers, as quote_ident writes it. */
  readonly relation: string;
  readonly constraint: string;
}

/** One table of kept data. */
export interface KeptEntry {
  /** Its name in the schema of kept data. */
  readonly id: string;
  readonly state: KeptState;
  /** Id of the migration before which it was kept; null where the list does not have it. */
  readonly change: string | null;
  /** `schema.name` of the table that the rows are from. */
  readonly relation: string | null;
  /** As counted when they were kept; else by the server's statistics; null where nothing tells. */
  readonly rows: number | null;
  /** On disk, by the list and by the pages that the catalog knows of, whichever is more. */
  readonly bytes: number | null;
  /** ISO 8601, by the server's clock, as the others. */
  readonly keptAt: string | null;
  /** Null where nothing says when, which counts as a fault. */
  readonly expiresAt: string | null;
  /** When a rollback put the rows back; null when none did. */
  readonly restoredAt: string | null;
  readonly expired: boolean;
  /** Columns that by their names hold data of persons. Others may. */
  readonly personalData: readonly string[];
  /** Publications that send its rows on: those FOR ALL TABLES do so by themselves. */
  readonly publications: readonly string[];
  readonly referencedBy: readonly IncomingKey[];
}

/** What `lockkeeper keep` reports. */
export interface KeepReport {
  readonly kind: 'keep';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly action: KeepAction;
  readonly server: { readonly version: string; readonly major: number };
  /** What people call the database. */
  readonly database: string;
  /** All that is kept, or what was chosen to be dropped; the first to expire first. */
  readonly entries: readonly KeptEntry[];
  readonly totals: { readonly tables: number; readonly bytes: number; readonly expired: number };
  /** Of `drop`: whether the entries are gone, or somebody said no. Null of `list`. */
  readonly dropped: boolean | null;
}
