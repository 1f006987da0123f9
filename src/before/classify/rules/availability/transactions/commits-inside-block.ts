import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { parsePlpgsql } from '../../../../../foundation/sql/plpgsql.js';
import { qualifiedName, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { findEarlier } from '../../../earlier-statements.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'commits-inside-block',
  title: 'A block that commits inside',
  why: 'After a crash nobody can tell how far it came, so it can neither be repeated nor rolled back; inside a transaction it is refused (2D000).',
  instead: 'Run the batches from outside, each a statement of its own that says which rows it takes, and none twice.',
  sources: ['https://www.postgresql.org/docs/current/plpgsql-transactions.html'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['DoStmt', 'CallStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, state text); INSERT INTO orders VALUES (1), (2);',
    unsafe: `DO $$
BEGIN
  UPDATE orders SET state = 'new' WHERE id = 1;
  COMMIT;
  UPDATE orders SET state = 'new' WHERE id = 2;
END $$;`,
    safe: `UPDATE orders SET state = 'new' WHERE id = 1;
UPDATE orders SET state = 'new' WHERE id = 2;`,
    transaction: { unsafe: 'single', safe: 'single' },
  },
  predict: (judged, context) => {
    const code = judged.inside === null ? codeOf(judged, context) : null;
    const body = code === null ? null : parsePlpgsql(code);
    const end =
      body?.ok === true ? body.statements.find(({ kind }) => kind === 'commit' || kind === 'rollback') : undefined;
    if (end === undefined) return [];
    const word = end.kind.toUpperCase();
    return judged.inTransaction
      ? [{ message: `This block says ${word}, which a transaction around it refuses (2D000).`, severity: 'error' }]
      : [{ message: `This block says ${word}: after a failure nobody can tell how much of it is applied.` }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '2D000'),
});

/** The DO block, or the definition of the procedure that is called: of the schema, or of this migration. */
function codeOf({ node, statement }: JudgedStatement, context: RuleContext): string | null {
  if ('DoStmt' in node) return statement.sql;
  if (!('CallStmt' in node)) return null;
  const { schema, name } = splitName((node.CallStmt.funccall?.funcname ?? []).flatMap(nameParts));
  const known = context.graph
    ?.findFunctions(schema, name, context.searchPath)
    .find(({ kind, language, body }) => kind === 'procedure' && language === 'plpgsql' && body !== null);
  if (known?.body != null) {
    return `CREATE PROCEDURE ${qualifiedName(known.schema, name)}(${known.argumentsText}) LANGUAGE plpgsql AS ${quoteLiteral(known.body)}`;
  }
  const made = findEarlier(context, (earlier) => {
    const { node: definition } = earlier.statement;
    return (
      'CreateFunctionStmt' in definition &&
      (definition.CreateFunctionStmt.funcname ?? []).flatMap(nameParts).at(-1) === name
    );
  });
  return made?.statement.statement.sql ?? null;
}
