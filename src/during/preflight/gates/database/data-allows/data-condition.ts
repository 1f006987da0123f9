import type { RangeVar } from '@pgsql/types';
import { qualifiedName, quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
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
  /** What the change writes to before, by `keyOf` or as `anything`, and where: it may repair what is counted now. */
  readonly writers: ReadonlyMap<string, string>;
}

export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

/** Texts of SQL are over the alias `c` of the table. */
export type DataTest =
  /** True for a row at fault. `alone`: tables that inherit from this one have conditions of their own. */
  | { readonly kind: 'rows'; readonly violated: string; readonly alone?: true }
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
      /** The last column is a range that those of the other side together have to cover. */
      readonly period: boolean;
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
  /** No row of the default partition, where there is one, belongs into a new partition. */
  | { readonly kind: 'left to others'; readonly parent: TableName; readonly bound: PartitionBound }
  /** Every row belongs into no other partition: not into those that are there, nor into those that the change makes before. */
  | { readonly kind: 'default bound'; readonly parent: TableName; readonly made: readonly PartitionBound[] }
  /** No two rows for which all operators hold; and where a range is named, none is empty. */
  | {
      readonly kind: 'overlaps';
      readonly pairs: readonly OverlapPair[];
      readonly predicate: string | null;
      readonly neverEmpty: string | null;
    }
  /** Every value of a domain, in whatever table. */
  | { readonly kind: 'domain'; readonly rule: DomainRule }
  /** The server refuses to look for it, whatever the rows hold. */
  | { readonly kind: 'refused by the server' }
  /** A constraint that the catalog has, and nobody validated. */
  | { readonly kind: 'validation'; readonly constraint: string }
  /** It can fail by the data, and is not counted here. */
  | { readonly kind: 'uncounted' };

export type DomainRule =
  | { readonly kind: 'not null' }
  /** Over VALUE, as the statement writes it. */
  | { readonly kind: 'check'; readonly expression: string }
  /** One that the catalog has, and nobody validated. */
  | { readonly kind: 'constraint'; readonly name: string };

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

export function sqlName({ schema, name }: TableName): string {
  return schema === null ? quoteIdentifier(name) : qualifiedName(schema, name);
}

/** Stands for all tables among those that a change writes to. */
export const anything = '*';

/** `public.orders` and `orders` are most often the same table, and are taken to be. */
export function keyOf({ schema, name }: TableName): string {
  return schema === null || schema === 'public' ? name : `${schema}.${name}`;
}

/** Where the change writes to the table before; null where it does not. */
export function findWriter({ writers, table }: Pick<DataCondition, 'writers' | 'table'>): string | null {
  return writers.get(keyOf(table)) ?? writers.get(anything) ?? null;
}
