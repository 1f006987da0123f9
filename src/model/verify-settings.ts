/** A reference that no constraint enforces. Names as the catalog has them, without quotes. */
export interface DeclaredReference {
  /** `schema.name`, quoted where SQL needs it. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly references: string;
  readonly referencedColumns: readonly string[];
}

/** A truth about the data, in SQL of the team's own. */
export interface Invariant {
  readonly name: string;
  /** One query, which only reads. */
  readonly sql: string;
  /** What the first column of its one row has to be; undefined: it has to return no row. */
  readonly expect?: string | number | boolean | null;
}

/** `targets.X.verify`: what is to hold beside what the schema promises. */
export interface VerifySettings {
  readonly softReferences: readonly DeclaredReference[];
  readonly invariants: readonly Invariant[];
  /** Tables whose rows never change: compared exactly. `schema.name`, quoted where SQL needs it. */
  readonly immutable: readonly string[];
  /** Share of the time spent with reading, 0 to 1; the rest is left to others. Null: the usual. */
  readonly throttle: number | null;
  /** No transaction takes longer: seconds, at most 60. */
  readonly maxTransactionSeconds: number;
}

export const noVerifySettings: VerifySettings = {
  softReferences: [],
  invariants: [],
  immutable: [],
  throttle: null,
  maxTransactionSeconds: 60,
};
