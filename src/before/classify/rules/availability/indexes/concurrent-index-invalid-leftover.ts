import type { IndexStmt } from '@pgsql/types';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { earlierStatements } from '../other-statements.js';
import { createConcurrently } from '../safe-sql/create-index-text.js';
import { indexName } from '../safe-sql/index-on-partitions.js';
import { relationText } from '../safe-sql/names.js';

export default defineRule({
  id: 'concurrent-index-invalid-leftover',
  title: 'An invalid index of a failed attempt would stay',
  why: 'A concurrent build that fails leaves an INVALID index, which slows writes and serves no query. The next attempt skips it under IF NOT EXISTS, and builds a second one where no name is given.',
  instead: 'Name the index, and drop what an earlier attempt may have left before building it.',
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['IndexStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status ON orders (status);
UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'orders_status'::regclass;`,
    unsafe: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status ON orders (status);',
    safe: `DROP INDEX CONCURRENTLY IF EXISTS orders_status;
CREATE INDEX CONCURRENTLY orders_status ON orders (status);`,
  },
  predict: (statement, context) => {
    const { node } = statement;
    if (!('IndexStmt' in node)) return [];
    const create = node.IndexStmt;
    const unnamed = create.idxname === undefined;
    if (create.concurrent !== true || create.relation === undefined || !(unnamed || create.if_not_exists === true))
      return [];
    const table = context.relation(create.relation);
    if (table === null || !context.existing(table.name) || table.kind === 'partitioned table') return [];
    if (isValid(create, context) || isDroppedBefore(create, statement, context)) return [];
    const what = unnamed
      ? 'has no name: after a failure the next attempt builds another one beside the invalid one'
      : 'is skipped by IF NOT EXISTS if a failed attempt has left it invalid';
    return [
      {
        message: `The index on ${table.name} ${what}.`,
        relation: table.name,
        instead: statement.inside === null ? dropThenCreate(create, statement) : undefined,
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      ({ notices, newFiles }) => newFiles.length === 0 && notices.some(({ code }) => code === '42P07'),
    ),
});

function isValid({ idxname, relation }: IndexStmt, { graph, searchPath }: RuleContext): boolean {
  if (graph === null || idxname === undefined) return false;
  return graph.findRelation(relation?.schemaname ?? null, idxname, searchPath)?.index?.valid === true;
}

function isDroppedBefore({ idxname }: IndexStmt, statement: JudgedStatement, context: RuleContext): boolean {
  return earlierStatements(statement, context).some(
    ({ node }) =>
      'DropStmt' in node &&
      node.DropStmt.removeType === 'OBJECT_INDEX' &&
      (node.DropStmt.objects ?? []).some((object) => splitName(nameParts(object)).name === idxname),
  );
}

function dropThenCreate(create: IndexStmt, { statement }: JudgedStatement): string {
  const name = indexName(create);
  const schema = create.relation?.schemaname;
  const dropped = relationText({ relname: name, ...(schema === undefined ? {} : { schemaname: schema }) });
  return `DROP INDEX CONCURRENTLY IF EXISTS ${dropped};\n${createConcurrently(statement.sql, name)}`;
}
