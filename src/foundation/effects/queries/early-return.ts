import type { EmbeddedStatement } from '../../sql/plpgsql.js';

const quotedOrComment = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|"[^"]*"/g;
/** RETURN NEXT and RETURN QUERY go on. */
const leaving = /\breturn\b(?!\s+(?:next|query)\b)[^;]*;/gi;
/** Nothing that could still run: the ends of blocks, or the handlers of one. */
const onlyEnds = /^(?:\s|\bend\b(?:\s+\w+)?\s*;?)*$/i;
const handlers = /^\s*exception\s+when\b/i;

/** Whether a statement of a PL/pgSQL body stands behind a RETURN that leaves it early. */
export function firstEarlyReturn(body: string): (item: EmbeddedStatement) => boolean {
  const plain = body.replace(quotedOrComment, (token) => token.replace(/[^\n]/g, ' '));
  const early = [...plain.matchAll(leaving)].find(({ index, 0: text }) => {
    const rest = plain.slice(index + text.length);
    return !onlyEnds.test(rest) && !handlers.test(rest);
  });
  if (early === undefined) return () => false;
  const line = lineAt(body, early.index);
  return (item) => {
    if (item.line !== line) return item.line > line;
    const at = 'sql' in item ? body.indexOf(item.sql.replace(/^SELECT\s+/, '')) : -1;
    return at < 0 || at > early.index;
  };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
