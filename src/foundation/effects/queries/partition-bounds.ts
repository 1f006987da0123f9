import type { Node, PartitionBoundSpec } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { parseStatement } from '../../sql/parse.js';
import { boundValue, type Comparable, constantOf } from './partition-values.js';

export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  /** Null stands for an expression. */
  readonly columns: readonly (string | null)[];
}

/** One end of a range in its first column; null where it is open. */
export type RangeEnd = { readonly value: Comparable } | null;

/** Which rows a partition takes. */
export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'hash' }
  | { readonly kind: 'list'; readonly values: readonly Comparable[]; readonly takesNull: boolean }
  | { readonly kind: 'range'; readonly lower: RangeEnd; readonly upper: RangeEnd }
  | { readonly kind: 'unknown' };

const keys = new WeakMap<SchemaRelation, PartitionKey | null>();

/** How a partitioned table spreads its rows; null when it is none, or cannot be read. */
export function partitionKeyOf(table: SchemaRelation): PartitionKey | null {
  const known = keys.get(table);
  if (known !== undefined) return known;
  const key = readKey(table.partitionKey);
  keys.set(table, key);
  return key;
}

const strategies: Readonly<Record<string, PartitionKey['strategy']>> = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
};

function readKey(text: string | null): PartitionKey | null {
  const stmt = text === null ? null : firstStatement(`CREATE TABLE t () PARTITION BY ${text}`);
  const spec = stmt !== null && 'CreateStmt' in stmt ? stmt.CreateStmt.partspec : undefined;
  const strategy = strategies[spec?.strategy ?? ''];
  if (strategy === undefined) return null;
  const columns = (spec?.partParams ?? []).map((node) =>
    'PartitionElem' in node ? (node.PartitionElem.name ?? null) : null,
  );
  return { strategy, columns };
}

/** What a partition takes; `typeText` is the type of the key's first column. */
export function boundOf(partition: SchemaRelation, typeText: string): PartitionBound {
  if (partition.partitionBound === 'DEFAULT') return { kind: 'default' };
  const stmt = firstStatement(`CREATE TABLE t PARTITION OF p ${partition.partitionBound ?? ''}`);
  const spec = stmt !== null && 'CreateStmt' in stmt ? stmt.CreateStmt.partbound : undefined;
  return spec === undefined ? { kind: 'unknown' } : readBound(spec, typeText);
}

function readBound(spec: PartitionBoundSpec, typeText: string): PartitionBound {
  if (spec.strategy === 'h') return { kind: 'hash' };
  if (spec.strategy === 'l') return readList(spec.listdatums ?? [], typeText);
  const lower = readEnd(spec.lowerdatums?.[0], typeText);
  const upper = readEnd(spec.upperdatums?.[0], typeText);
  return lower === undefined || upper === undefined ? { kind: 'unknown' } : { kind: 'range', lower, upper };
}

function readList(datums: readonly Node[], typeText: string): PartitionBound {
  const constants = datums.map(constantOf);
  const values = constants.flatMap((constant) => {
    if (constant === null) return [null];
    return constant.text === null ? [] : [boundValue(constant, typeText)];
  });
  if (values.includes(null)) return { kind: 'unknown' };
  return {
    kind: 'list',
    values: values.flatMap((value) => value ?? []),
    takesNull: constants.some((constant) => constant?.text === null),
  };
}

/** MINVALUE and MAXVALUE look like columns. */
function readEnd(datum: Node | undefined, typeText: string): RangeEnd | undefined {
  if (datum !== undefined && 'ColumnRef' in datum) return null;
  const constant = constantOf(datum);
  const value = constant === null ? null : boundValue(constant, typeText);
  return value === null ? undefined : { value };
}

function firstStatement(sql: string): Node | null {
  const parsed = parseStatement(sql);
  return parsed.ok ? (parsed.tree.stmts?.[0]?.stmt ?? null) : null;
}
