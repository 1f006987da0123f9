import type { Node } from '@pgsql/types';
import { optionValue } from '../../../../../foundation/effects/options.js';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'change-function-volatility',
  title: 'A function changes its volatility',
  why: 'Plans fold, repeat or skip its calls by what it declares; indexes and generated columns accept IMMUTABLE ones only, and what they already hold is not computed again.',
  instead: 'Give the new behaviour another name, move indexes and queries over, and drop the old one.',
  sources: ['https://www.postgresql.org/docs/current/xfunc-volatility.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateFunctionStmt', 'AlterFunctionStmt'],
  needsSchema: true,
  example: {
    setup:
      "CREATE TABLE orders (id bigint); CREATE FUNCTION bucket(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 % 8; END';",
    unsafe: 'ALTER FUNCTION bucket(bigint) VOLATILE;\nCREATE INDEX orders_bucket ON orders (bucket(id));',
    safe: 'ALTER FUNCTION bucket(bigint) IMMUTABLE;\nCREATE INDEX orders_bucket ON orders (bucket(id));',
  },
  predict: ({ node }, context) => {
    const change = changeOf(node);
    if (change === null) return [];
    return (context.graph?.findFunctions(change.schema, change.name, context.searchPath) ?? [])
      .filter(({ argumentCount, volatility }) => argumentCount === change.argumentCount && volatility !== change.to)
      .slice(0, 1)
      .map(({ schema, name, volatility }) => ({
        message: `${quoteIdentifier(schema)}.${quoteIdentifier(name)} was ${volatility} and becomes ${change.to}.`,
      }));
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42P17'),
});

interface VolatilityChange {
  readonly schema: string | null;
  readonly name: string;
  readonly argumentCount: number;
  readonly to: string;
}

/** CREATE OR REPLACE without a word makes a function volatile; ALTER FUNCTION without one leaves it as it is. */
function changeOf(node: Node): VolatilityChange | null {
  if ('AlterFunctionStmt' in node) {
    const { func, actions } = node.AlterFunctionStmt;
    const to = optionValue(actions, 'volatility');
    if (to === null) return null;
    return {
      ...splitName((func?.objname ?? []).flatMap(nameParts)),
      argumentCount: (func?.objargs ?? []).length,
      to,
    };
  }
  if (!('CreateFunctionStmt' in node) || node.CreateFunctionStmt.replace !== true) return null;
  const { funcname, parameters, options, is_procedure: isProcedure } = node.CreateFunctionStmt;
  if (isProcedure === true) return null;
  const inputs = (parameters ?? []).filter(
    (item) =>
      'FunctionParameter' in item &&
      item.FunctionParameter.mode !== 'FUNC_PARAM_OUT' &&
      item.FunctionParameter.mode !== 'FUNC_PARAM_TABLE',
  );
  return {
    ...splitName((funcname ?? []).flatMap(nameParts)),
    argumentCount: inputs.length,
    to: optionValue(options, 'volatility') ?? 'volatile',
  };
}
