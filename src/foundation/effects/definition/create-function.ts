import type { CreateFunctionStmt, Node } from '@pgsql/types';
import { parseStatement } from '../../sql/parse.js';
import type { EffectContext } from '../effect-context.js';
import { type EffectDraft, merge, noEffect, unanalysed } from '../effect-draft.js';
import { optionValue } from '../options.js';
import { nameParts, typeNameParts } from '../tree-names.js';
import { rewriteLocks } from './named-relations.js';

/** The body of an SQL function is analysed when it is made, so the tables it names are opened; no other language's is. */
export function createFunctionEffects(create: CreateFunctionStmt, context: EffectContext): EffectDraft {
  if (create.sql_body !== undefined) return rewriteLocks(create.sql_body, context);
  const language = optionValue(create.options, 'language')?.toLowerCase();
  if (language !== 'sql' || !isChecked(context) || hasPolymorphicArguments(create)) return noEffect;
  const parsed = parseStatement(bodyOf(create));
  if (!parsed.ok) return unanalysed(`the function's body: ${parsed.message}`);
  return merge(
    ...(parsed.tree.stmts ?? []).map(({ stmt }) => (isQuery(stmt) ? rewriteLocks(stmt, context) : noEffect)),
  );
}

function isChecked({ settings }: EffectContext): boolean {
  return !/^(off|false|no|0|n|f|of)$/i.test(settings.get('check_function_bodies') ?? 'on');
}

/** What such arguments are is known at a call only, so the body is not analysed before. */
function hasPolymorphicArguments(create: CreateFunctionStmt): boolean {
  return (create.parameters ?? []).some(
    (node) =>
      'FunctionParameter' in node && typeNameParts(node.FunctionParameter.argType).at(-1)?.startsWith('any') === true,
  );
}

function bodyOf(create: CreateFunctionStmt): string {
  for (const option of create.options ?? []) {
    if ('DefElem' in option && option.DefElem.defname === 'as') return nameParts(option.DefElem.arg)[0] ?? '';
  }
  return '';
}

/** Utility commands are not analysed before they run. */
function isQuery(stmt: Node | undefined): boolean {
  return stmt !== undefined && Object.keys(stmt).some((tag) => /^(Select|Insert|Update|Delete|Merge)Stmt$/.test(tag));
}
