import type { A_Const, FuncCall, Node } from '@pgsql/types';
import { parseStatement } from './parse.js';
import { quoteIdentifier, quoteLiteral } from './quote-identifier.js';

/** Stands in a text for what only the running code knows: a name, a part of a name, a word, or the inside of a literal. */
export const unknownPart = '_unknown_';

/** The SQL that an expression yields. Where it is not complete, `unknownPart` stands for what is not known. */
export interface DynamicText {
  readonly sql: string;
  readonly complete: boolean;
}

const unknown: DynamicText = { sql: unknownPart, complete: false };

/** What can be told of the text that EXECUTE is given; null when nothing can. The parser must be loaded. */
export function readDynamicText(expression: string): DynamicText | null {
  const parsed = parseStatement(`SELECT ${expression}`);
  if (!parsed.ok || parsed.tree.stmts?.length !== 1) return null;
  const select = parsed.tree.stmts[0]?.stmt;
  if (select === undefined || !('SelectStmt' in select)) return null;
  const target = select.SelectStmt.targetList?.[0];
  if (target === undefined || !('ResTarget' in target)) return null;
  const text = evaluate(target.ResTarget.val);
  const isKnown = text.complete || text.sql.replaceAll(unknownPart, '').trim() !== '';
  return isKnown ? text : null;
}

function evaluate(node: Node | undefined): DynamicText {
  if (node === undefined) return unknown;
  if ('A_Const' in node) return constantText(node.A_Const);
  if ('TypeCast' in node) return evaluate(node.TypeCast.arg);
  if ('FuncCall' in node) return callText(node.FuncCall);
  if ('A_Expr' in node && lastName(node.A_Expr.name) === '||') {
    return join([evaluate(node.A_Expr.lexpr), evaluate(node.A_Expr.rexpr)]);
  }
  return unknown;
}

function constantText({ sval, ival, fval, isnull }: A_Const): DynamicText {
  if (isnull === true) return unknown;
  if (sval !== undefined) return { sql: sval.sval ?? '', complete: true };
  if (ival !== undefined) return { sql: String(ival.ival ?? 0), complete: true };
  return fval?.fval === undefined ? unknown : { sql: fval.fval, complete: true };
}

function callText({ funcname, args = [], func_variadic: variadic }: FuncCall): DynamicText {
  const texts = args.map(evaluate);
  const first = texts[0] ?? unknown;
  switch (lastName(funcname)) {
    case 'format':
      return first.complete ? formatText(first.sql, variadic === true ? [] : texts.slice(1)) : unknown;
    case 'concat':
      return variadic === true ? unknown : join(texts);
    case 'quote_ident':
      return asIdentifier(first);
    case 'quote_literal':
    case 'quote_nullable':
      return asLiteral(first);
    default:
      return unknown;
  }
}

const directive = /%(?:(\d+)\$)?-?\d*([sIL%])/g;

/** As format() fills its template; a directive whose argument is not known becomes `unknownPart`. */
function formatText(template: string, args: readonly DynamicText[]): DynamicText {
  const pieces: DynamicText[] = [];
  let end = 0;
  let next = 0;
  for (const match of template.matchAll(directive)) {
    pieces.push({ sql: template.slice(end, match.index), complete: true });
    end = match.index + match[0].length;
    if (match[2] === '%') {
      pieces.push({ sql: '%', complete: true });
      continue;
    }
    const position = match[1] === undefined ? next : Number(match[1]) - 1;
    next = position + 1;
    const arg = args[position] ?? unknown;
    pieces.push(match[2] === 'I' ? asIdentifier(arg) : match[2] === 'L' ? asLiteral(arg) : arg);
  }
  return join([...pieces, { sql: template.slice(end), complete: true }]);
}

function asIdentifier({ sql, complete }: DynamicText): DynamicText {
  return complete ? { sql: quoteIdentifier(sql), complete } : unknown;
}

function asLiteral({ sql, complete }: DynamicText): DynamicText {
  return { sql: complete ? quoteLiteral(sql) : `'${unknownPart}'`, complete };
}

function join(pieces: readonly DynamicText[]): DynamicText {
  return { sql: pieces.map(({ sql }) => sql).join(''), complete: pieces.every(({ complete }) => complete) };
}

function lastName(names: readonly Node[] | undefined): string | undefined {
  const last = names?.at(-1);
  return last !== undefined && 'String' in last ? last.String.sval : undefined;
}
