/** A column's type, domains resolved to what lies under them. */
export interface FillType {
  /** Name in pg_type of the type under all domains: `int4`, `varchar`, `order_status`. */
  readonly name: string;
  /** As SQL writes it, with its modifier, to cast to: `character varying(20)`. */
  readonly sql: string;
  readonly kind: 'base' | 'enum' | 'array' | 'composite' | 'range' | 'multirange';
  /** atttypmod, or the domain's; -1 without. */
  readonly modifier: number;
  readonly labels: readonly string[];
  /** Of an array its element, of a range its subtype, of a multirange its range. */
  readonly element: FillType | null;
  readonly fieldCount: number;
  /** Conditions of the domains on the way, over VALUE. */
  readonly domainChecks: readonly string[];
  readonly domainNotNull: boolean;
}

export interface FillColumn {
  readonly name: string;
  readonly type: FillType;
  readonly notNull: boolean;
  /** `generate` values; take the `default` (identity, sequence); or leave out (`computed`). */
  readonly source: 'generate' | 'default' | 'computed';
}

export interface FillForeignKey {
  readonly columns: readonly string[];
  /** The referenced table; of a partition, its root. */
  readonly parentId: string;
  /** The referenced relation, quoted and qualified. */
  readonly parent: string;
  readonly parentColumns: readonly string[];
}

export interface FillCheck {
  readonly name: string;
  /** SQL over bare column names. */
  readonly expression: string;
}

export interface FillPartition {
  readonly name: string;
  /** SQL over bare column names; null for a default partition that stands alone. */
  readonly constraint: string | null;
  readonly isDefault: boolean;
}

export interface FillSequence {
  readonly column: string;
  readonly sequence: string;
}

/** What the filler knows of one table: an ordinary one, or a partitioned one with its leaves. */
export interface FillTable {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned table' | 'foreign table';
  readonly columns: readonly FillColumn[];
  /** Columns of each unique index; expressions in it are left out. */
  readonly uniqueKeys: readonly (readonly string[])[];
  /** ON CONFLICT refuses tables that have a deferrable unique or exclusion constraint. */
  readonly hasDeferrableKey: boolean;
  readonly foreignKeys: readonly FillForeignKey[];
  readonly checks: readonly FillCheck[];
  readonly partitions: readonly FillPartition[];
  readonly sequences: readonly FillSequence[];
}
