import type { PartitionBoundSpec } from '@pgsql/types';
import { keyColumn } from '../../../../../foundation/effects/alter/partition-bound.js';
import type { RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';

const string = "'[^']*'";
const nested = String.raw`\((?:${string}|[^'()])*\)`;
const list = String.raw`\(((?:${string}|[^'()]|${nested})*)\)`;
const range = new RegExp(String.raw`^from\s*${list}\s*to\s*${list}`, 'i');
const values = new RegExp(String.raw`^in\s*${list}`, 'i');
const hash = new RegExp(String.raw`^with\s*${list}`, 'i');
const item = new RegExp(String.raw`(?:${string}|[^'(),]|${nested})+`, 'g');

/** `FOR VALUES …` or `DEFAULT` as the statement says it; null when it is written in a way that is not read here. */
export function boundText(sql: string, bound: PartitionBoundSpec): string | null {
  if (bound.is_default === true) return 'DEFAULT';
  const text = textOf(sql, bound);
  const [matched] = range.exec(text) ?? values.exec(text) ?? hash.exec(text) ?? [];
  return matched === undefined ? null : `FOR VALUES ${matched}`;
}

export interface BoundCondition {
  /** What a table must promise to become the partition without being read. */
  readonly within: string;
  /** What the default partition must promise so that it is not searched. */
  readonly outside: string;
}

/**
 * The rows that the bounds admit, as conditions over the key; null where that is not simply said: the key is not known
 * or has several columns, nulls are admitted, it is the default partition or one of hashes.
 */
export function boundCondition(sql: string, parent: RelationHandle, bound: PartitionBoundSpec): BoundCondition | null {
  const column = keyColumn(parent.facts?.partitionKey ?? null);
  if (column === null || bound.is_default === true) return null;
  const text = textOf(sql, bound);
  const key = quoteIdentifier(column);
  const [, from, to] = range.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return rangeCondition(key, from.trim(), to.trim());
  const [, listed] = values.exec(text) ?? [];
  const items = (listed?.match(item) ?? []).map((one) => one.trim());
  if (items.length === 0 || items.some((one) => /^null$/i.test(one))) return null;
  return {
    within: `${key} IS NOT NULL AND ${key} IN (${items.join(', ')})`,
    outside: `${key} IS NULL OR ${key} NOT IN (${items.join(', ')})`,
  };
}

function rangeCondition(key: string, from: string, to: string): BoundCondition {
  const limits = [
    ...(/^minvalue$/i.test(from) ? [] : [{ within: `${key} >= ${from}`, outside: `${key} < ${from}` }]),
    ...(/^maxvalue$/i.test(to) ? [] : [{ within: `${key} < ${to}`, outside: `${key} >= ${to}` }]),
  ];
  return {
    within: [`${key} IS NOT NULL`, ...limits.map(({ within }) => within)].join(' AND '),
    outside: [`${key} IS NULL`, ...limits.map(({ outside }) => outside)].join(' OR '),
  };
}

/** The parser counts UTF-8 bytes. */
function textOf(sql: string, { location = 0 }: PartitionBoundSpec): string {
  return Buffer.from(sql).subarray(location).toString('utf8');
}
