import type { RangeVar } from '@pgsql/types';
import type { OverlapPair } from './overlap-conditions.js';
import type { PartitionBound } from './partition-bounds.js';

/** What the rows of a table have to satisfy for a statement of the change to succeed. */
export interface DataCondition {
  readonly path: string;
  readonly line: number;
  /** `NOT NULL of note`, for sentences. */
  readonly what: string;
  /** As SQL names it; null schema: by the search path. */
  readonly table: TableName;
  readonly test: DataTest;
  /** Where the change writes to the table before: it may repair what is counted now. */
  readonly writtenBefore: string | null;
}

export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

/** Texts of SQL are over the alias `c` of the table. */
export type DataTest =
  /** True for a row at fault. */
  | { readonly kind: 'rows'; readonly violated: string }
  /** Values that no two rows may share. */
  | {
      readonly kind: 'duplicates';
      readonly keys: readonly string[];
      readonly predicate: string | null;
      readonly nullsDiffer: boolean;
    }
  /** No columns named on the other side: its primary key. */
  | {
      readonly kind: 'orphans';
      readonly own: readonly string[];
      readonly referenced: TableName;
      readonly columns: readonly string[];
      readonly full: boolean;
    }
  /** The value as the new type, which fails for a row at fault. */
  | {
      readonly kind: 'conversion';
      readonly column: string;
      readonly type: string;
      readonly value: string;
      readonly tooLong: string | null;
    }
  /** Every row lies inside the bound of the partition that the table becomes. */
  | { readonly kind: 'bound'; readonly parent: TableName; readonly bound: PartitionBound }
  /** No two rows for which all operators hold. */
  | { readonly kind: 'overlaps'; readonly pairs: readonly OverlapPair[]; readonly predicate: string | null }
  /** A constraint that the catalog has, and nobody validated. */
  | { readonly kind: 'validation'; readonly constraint: string }
  /** It can fail by the data, and is not counted here. */
  | { readonly kind: 'uncounted' };

/** A condition before it is known where it stands. */
export interface Demand {
  readonly what: string;
  readonly table: TableName;
  readonly test: DataTest;
  /** Not checked now, as NOT VALID says; a later VALIDATE CONSTRAINT of this name does. */
  readonly deferredAs?: string;
}

export function tableName({ schemaname, relname }: RangeVar): TableName {
  return { schema: schemaname ?? null, name: relname ?? '' };
}
