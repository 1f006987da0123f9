import type { IndexStmt } from '@pgsql/types';
import type { SchemaIndex } from '../../../../../model/schema.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'redundant-index',
  title: 'Another index already answers the same queries',
  why: 'An index whose columns lead another one of the same kind is read for nothing and written each time.',
  instead: 'Drop the shorter one, or do not make it.',
  sources: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['IndexStmt'],
  needsSchema: true,
  example: {
    setup:
      'CREATE TABLE orders (customer bigint, placed_on date); CREATE INDEX orders_customer_placed_on ON orders (customer, placed_on);',
    unsafe: 'CREATE INDEX orders_customer ON orders (customer);',
    safe: 'CREATE INDEX orders_placed_on ON orders (placed_on);',
  },
  predict: ({ node }, context) => {
    if (!('IndexStmt' in node) || node.IndexStmt.relation === undefined || context.graph === null) return [];
    const table = context.relation(node.IndexStmt.relation);
    const wanted = plainKeys(node.IndexStmt);
    if (table === null || table.facts === null || wanted === null) return [];
    const { unique } = node.IndexStmt;
    const method = node.IndexStmt.accessMethod ?? 'btree';
    return context.graph.indexes(table.facts.oid).flatMap(({ name, index }) => {
      if (index === null || index.method !== method || !isPlain(index)) return [];
      if (unique !== true && leads(wanted, index.keys)) {
        return [{ message: `${name} already begins with the same columns.`, relation: table.name }];
      }
      if (!index.unique && leads(index.keys, wanted)) {
        return [{ message: `${name} is no longer needed beside it.`, relation: table.name }];
      }
      return [];
    });
  },
  unobservable: 'An index too many is only a cost, spread over all later writes.',
});

function plainKeys({ indexParams, whereClause }: IndexStmt): readonly string[] | null {
  if (whereClause !== undefined) return null;
  const keys = (indexParams ?? []).map((item) => {
    if (!('IndexElem' in item)) return null;
    const { name, opclass, collation, ordering, nulls_ordering: nulls } = item.IndexElem;
    const ordinary =
      (opclass ?? []).length === 0 &&
      (collation ?? []).length === 0 &&
      ordering !== 'SORTBY_DESC' &&
      (nulls === undefined || nulls === 'SORTBY_NULLS_DEFAULT');
    return ordinary ? (name ?? null) : null;
  });
  return keys.every((key) => key !== null) ? keys : null;
}

/** Without a condition, and with every key a column in the ordinary order. */
function isPlain({ predicate, keys, valid, definition }: SchemaIndex): boolean {
  return (
    predicate === null && valid && keys.every((key) => key !== null) && !/ DESC| NULLS | COLLATE |_ops/.test(definition)
  );
}

function leads(short: readonly (string | null)[], long: readonly (string | null)[]): boolean {
  return short.length <= long.length && short.every((key, position) => key === long[position]);
}
