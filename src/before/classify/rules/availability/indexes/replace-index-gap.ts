import type { DropStmt, IndexStmt, Node, RangeVar } from '@pgsql/types';
import { nameParts, relationNamed, splitName } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { transactionControl } from '../../../../../foundation/effects/transaction-control.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule, type Hit } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { laterStatements, type OtherStatement } from '../other-statements.js';
import { createConcurrently } from '../safe-sql/create-index-text.js';
import { indexName } from '../safe-sql/index-on-partitions.js';
import { madeUpName, relationText } from '../safe-sql/names.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'replace-index-gap',
  title: 'An index is dropped before the one that replaces it is built',
  why: 'Until the new index is ready, the queries that need it read the whole table; under load that alone is an outage.',
  instead: 'Build the new index under another name, drop the old one, then rename.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-reindex.html',
    'https://www.postgresql.org/docs/current/sql-createindex.html',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup:
      'CREATE TABLE orders (id bigint PRIMARY KEY, status text, placed_on date); CREATE INDEX orders_status ON orders (status);',
    unsafe: `DROP INDEX CONCURRENTLY orders_status;
CREATE INDEX CONCURRENTLY orders_status ON orders (status, placed_on);`,
    safe: `CREATE INDEX CONCURRENTLY orders_status_new ON orders (status, placed_on);
DROP INDEX CONCURRENTLY orders_status;
ALTER INDEX orders_status_new RENAME TO orders_status;`,
  },
  predict: (statement, context) => {
    const { node } = statement;
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_INDEX') return [];
    return (node.DropStmt.objects ?? []).flatMap((object) =>
      gapAfter(object, { drop: node.DropStmt, statement }, context),
    );
  },
  observe: ({ trace }) => {
    const dropped = trace.statements.findIndex(({ sql }) => /^drop index/i.test(sql));
    return dropped >= 0 && trace.statements.slice(dropped).some(({ newFiles }) => newFiles.length > 0);
  },
});

interface Dropping {
  readonly drop: DropStmt;
  readonly statement: JudgedStatement;
}

interface Dropped {
  readonly name: string;
  /** Null by the text alone. */
  readonly index: SchemaRelation | null;
  readonly table: SchemaRelation | null;
}

function gapAfter(object: Node, { drop, statement }: Dropping, context: RuleContext): readonly Hit[] {
  const parts = nameParts(object);
  const index = context.relation({ ...relationNamed(parts) });
  if (index === null || index.facts?.index?.valid === false || inOneTransaction(statement, context)) return [];
  const table = index.facts?.index == null ? null : (context.graph?.relation(index.facts.index.table) ?? null);
  if (table !== null && !context.existing(table.name)) return [];
  // What is dropped if it exists, before one of that name is built, is most likely a failed attempt's leftover.
  if (table === null && drop.missing_ok === true && drop.concurrent === true) return [];
  const dropped = { name: splitName(parts).name, index: index.facts, table };
  const successor = laterStatements(statement, context).find(({ node }) => replaces(node, dropped));
  if (successor === undefined) return [];
  const on = table?.name ?? `the table of ${index.name}`;
  return [
    {
      message: `${index.name} is gone before its successor is built: until then queries that need it read all of ${on}.`,
      relation: table?.name ?? index.name,
      instead: statement.inside === null ? buildThenDrop(relationNamed(parts), successor) : undefined,
    },
  ];
}

/** In one transaction nobody sees the gap: they wait until it is over. */
function inOneTransaction(statement: JudgedStatement, context: RuleContext): boolean {
  if (!statement.inTransaction) return false;
  const later = laterStatements(statement, context);
  return !later.some(({ node }) => transactionControl({ stmts: [{ stmt: node }] }) === 'commit');
}

/** The same name, or the same first column on the same table. */
function replaces(node: Node, { name, index, table }: Dropped): boolean {
  if (!('IndexStmt' in node)) return false;
  const { idxname, relation, indexParams } = node.IndexStmt;
  if (table === null) return idxname === name;
  if (relation?.relname !== table.relname) return false;
  const [first] = indexParams ?? [];
  const key = first !== undefined && 'IndexElem' in first ? (first.IndexElem.name ?? null) : null;
  return idxname === name || (key !== null && index?.index?.keys[0] === key);
}

function buildThenDrop(dropped: Pick<RangeVar, 'schemaname' | 'relname'>, { node, sql }: OtherStatement): string {
  const create: IndexStmt = 'IndexStmt' in node ? node.IndexStmt : {};
  const name = indexName(create);
  const drop = `DROP INDEX CONCURRENTLY ${relationText(dropped)};`;
  if (name !== dropped.relname) return inSteps(outsideTransactions, createConcurrently(sql, name), drop);
  const fresh = madeUpName(name, [], 'new');
  const built = relationText({ ...dropped, relname: fresh });
  return inSteps(
    outsideTransactions,
    createConcurrently(sql, fresh),
    drop,
    `ALTER INDEX ${built} RENAME TO ${quoteIdentifier(name)};`,
  );
}
