import type { Node, ParseResult } from '@pgsql/types';
import { nameParts, splitName, typeNameParts } from '../../../../../foundation/effects/tree-names.js';
import { referencedRelations } from '../../../../../foundation/sql/referenced-relations.js';
import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaType } from '../../../../../model/schema.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { earlierNodes } from '../../../subjects/neighbours.js';
import { constantsOf, typeNamesOf } from '../../../subjects/walk-tree.js';

export default defineRule({
  id: 'enum-value-used-in-transaction',
  title: 'A new enum value cannot be used in the transaction that adds it',
  why: 'Until ADD VALUE has committed, every statement that needs the value fails with "unsafe use of new value".',
  instead: 'Add the value in a migration of its own, and use it in the next one.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: 'any',
  example: {
    setup:
      "CREATE TYPE state AS ENUM ('open'); CREATE TABLE orders (id bigint, state state); INSERT INTO orders VALUES (1, 'open');",
    unsafe: "ALTER TYPE state ADD VALUE 'held'; UPDATE orders SET state = 'held' WHERE id = 1;",
    safe: "ALTER TYPE state ADD VALUE 'held'; UPDATE orders SET state = 'held' WHERE id = 1;",
    transaction: { unsafe: 'single' },
  },
  predict: (statement, context) => {
    const { node, tree } = statement;
    if (context.addedEnumValues.size === 0 || 'AlterEnumStmt' in node) return [];
    const used = constantsOf(tree).find(
      (text) => context.addedEnumValues.has(text) && isEnumValue(text, tree, context),
    );
    if (used === undefined || isTypeNew(used, statement, context)) return [];
    return [
      {
        message: `${quoteLiteral(used)} was added in this transaction and is used before it commits.`,
        certainty: context.graph === null ? 'possible' : 'certain',
        instead: `COMMIT; -- best the end of the migration that adds the value\nBEGIN;\n${statement.statement.sql};`,
      },
    ];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '55P04'),
});

/** Whether the statement has to do with an enum of this label: a column of a table that it names, a type that it names. */
function isEnumValue(label: string, tree: ParseResult, { graph, searchPath }: RuleContext): boolean {
  if (graph === null) return true;
  const isMeant = (type: SchemaType | null): boolean =>
    type !== null &&
    (type.labels.includes(label) || (type.kind !== 'enum' && type.base !== null && isMeant(graph.type(type.base))));
  const ofTables = referencedRelations(tree).some(({ schema, name }) =>
    graph.findRelation(schema, name, searchPath)?.columns.some((column) => isMeant(graph.type(column.type))),
  );
  const named = typeNamesOf(tree).some((typeName) => {
    const type = splitName(typeNameParts(typeName));
    return isMeant(graph.findType(type.schema, type.name, searchPath));
  });
  return ofTables || named;
}

/** Values of a type that the migration makes itself may be used at once. */
function isTypeNew(label: string, statement: JudgedStatement, context: RuleContext): boolean {
  const earlier = earlierNodes(statement, context);
  const type = earlier.flatMap((node) =>
    'AlterEnumStmt' in node && node.AlterEnumStmt.newVal === label ? [lastPart(node.AlterEnumStmt.typeName)] : [],
  );
  return earlier.some((node) => 'CreateEnumStmt' in node && type.includes(lastPart(node.CreateEnumStmt.typeName)));
}

function lastPart(name: readonly Node[] | undefined): string | undefined {
  return (name ?? []).flatMap(nameParts).at(-1);
}
