import type { CreateFunctionStmt, FunctionParameter } from '@pgsql/types';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'change-function-signature',
  title: 'CREATE OR REPLACE with other arguments makes a second function',
  why: 'A function is known by its arguments: the old one stays and goes on being called, or calls fit both and fail as ambiguous.',
  instead: 'Drop the old one in the same transaction when nobody calls it any more, or give the new one another name.',
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-OVERLOADING'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateFunctionStmt'],
  needsSchema: true,
  example: {
    setup: "CREATE FUNCTION price(amount int, rate int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT amount * rate';",
    unsafe:
      "CREATE OR REPLACE FUNCTION price(amount int, rate int DEFAULT 2, fee int DEFAULT 0) RETURNS int LANGUAGE sql AS 'SELECT amount * rate + fee';\nSELECT price(10);",
    safe: "CREATE OR REPLACE FUNCTION price(amount int, rate int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT amount * rate + 1';\nSELECT price(10);",
  },
  predict: ({ node }, context) =>
    'CreateFunctionStmt' in node && node.CreateFunctionStmt.replace === true
      ? judge(node.CreateFunctionStmt, context)
      : [],
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42725'),
});

function judge({ funcname, parameters }: CreateFunctionStmt, context: RuleContext): readonly Hit[] {
  const { schema, name } = splitName((funcname ?? []).flatMap(nameParts));
  const inputs = inputParameters(parameters ?? []);
  const home = schema ?? context.searchPath[0] ?? 'public';
  const known = context.graph?.findFunctions(home, name, context.searchPath) ?? [];
  if (known.length === 0 || known.some(({ argumentCount }) => argumentCount === inputs.length)) return [];
  const shown = `${quoteIdentifier(home)}.${quoteIdentifier(name)}`;
  const old = known.map(({ argumentsText }) => `${shown}(${argumentsText})`).join(', ');
  return [{ message: `${old} stays beside the new function.` }];
}

function inputParameters(parameters: NonNullable<CreateFunctionStmt['parameters']>): readonly FunctionParameter[] {
  return parameters
    .flatMap((item) => ('FunctionParameter' in item ? [item.FunctionParameter] : []))
    .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
}
