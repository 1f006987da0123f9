import type { RangeVar } from '@pgsql/types';
import type { RelationHandle } from '../../../foundation/effects/effect-context.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { RuleContext } from '../rule-context.js';
import { cutAtWhere } from './where-clause.js';

export interface RowChange {
  readonly table: RelationHandle;
  /** As the statement names it. */
  readonly named: RangeVar;
}

/** An UPDATE or DELETE as the first two of many that each take a range of the key, or of the table's pages. */
export function inRanges(sql: string, { table, named }: RowChange, context: RuleContext): string {
  const { head, where, tail } = cutAtWhere(sql);
  const alias = quoteIdentifier(named.alias?.aliasname ?? named.relname ?? '');
  const key = integerKey(table, context);
  const range = (from: number): string =>
    key === null
      ? `${alias}.ctid >= '(${from},0)' AND ${alias}.ctid < '(${from + 1000},0)'`
      : `${alias}.${key} >= ${from * 10} AND ${alias}.${key} < ${(from + 1000) * 10}`;
  const batch = (from: number): string => {
    const condition = where === null ? range(from) : `(${where}) AND ${range(from)}`;
    return `${[head, `WHERE ${condition}`, tail].filter((part) => part !== '').join(' ')};`;
  };
  const last =
    key === null
      ? `the last page: pg_relation_size('${table.name.replaceAll("'", "''")}') / 8192; a new value must not be made from the old one, for a row that moves is met again`
      : `max(${key})`;
  return [
    '-- outside of a transaction, one range after the other, each committed by itself',
    batch(0),
    batch(1000),
    `-- and so on, to ${last}`,
  ].join('\n');
}

/** The only column of the primary key, if it counts. */
function integerKey({ facts }: RelationHandle, { graph }: RuleContext): string | null {
  const primary = facts === null ? undefined : graph?.indexes(facts.oid).find(({ index }) => index?.primary === true);
  const [column = null, ...more] = primary?.index?.keys ?? [];
  const type = facts?.columns.find(({ name }) => name === column)?.typeText;
  const counts = type === 'bigint' || type === 'integer' || type === 'smallint';
  return column !== null && more.length === 0 && counts ? quoteIdentifier(column) : null;
}
