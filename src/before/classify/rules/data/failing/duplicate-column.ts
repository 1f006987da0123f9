import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'duplicate-column',
  title: 'A column is named twice where once is allowed',
  why: 'The grammar accepts it, the server does not: the statement fails when it runs.',
  instead: 'Name the column once.',
  sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['UpdateStmt', 'InsertStmt', 'CreateStmt'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text);',
    unsafe: "UPDATE users SET name = 'a', name = 'b' WHERE id = 1;",
    safe: "UPDATE users SET name = 'a', mail = 'b' WHERE id = 1;",
  },
  predict: ({ node }) => {
    const names = namedColumns(node);
    const twice = names.find((name, position) => names.indexOf(name) !== position);
    return twice === undefined
      ? []
      : [{ message: `Column ${quoteIdentifier(twice)} is named twice; the server refuses that.` }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42601' || error?.code === '42701'),
});

/** Assignments to an element or a field (`a[1]`, `a.b`) may come several times. */
function namedColumns(node: Node): readonly string[] {
  const targets =
    'UpdateStmt' in node ? node.UpdateStmt.targetList : 'InsertStmt' in node ? node.InsertStmt.cols : undefined;
  if (targets !== undefined) {
    return targets.flatMap((item) =>
      'ResTarget' in item && item.ResTarget.name !== undefined && item.ResTarget.indirection === undefined
        ? [item.ResTarget.name]
        : [],
    );
  }
  if (!('CreateStmt' in node)) return [];
  return (node.CreateStmt.tableElts ?? []).flatMap((item) =>
    'ColumnDef' in item && item.ColumnDef.colname !== undefined ? [item.ColumnDef.colname] : [],
  );
}
