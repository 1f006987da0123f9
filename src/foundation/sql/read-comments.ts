import { endOfBlockComment, endOfDollarQuote, endOfEscapeString, endOfLine, endOfQuoted } from './lexer.js';
import { LineCounter } from './line-counter.js';

export interface SqlComment {
  /** Without its marks. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly endLine: number;
}

/** The comments of a script, in order; what looks like one inside a string or a body is none. */
export function readComments(script: string): readonly SqlComment[] {
  const lines = new LineCounter(script, 1);
  const mark = /--|\/\*|'|"|\$/g;
  const comments: SqlComment[] = [];
  for (let found = mark.exec(script); found !== null; found = mark.exec(script)) {
    const start = found.index;
    const end = endOfToken(script, start, found[0]);
    mark.lastIndex = end;
    if (found[0] !== '--' && found[0] !== '/*') continue;
    const text = script.slice(start + 2, found[0] === '/*' && script.endsWith('*/', end) ? end - 2 : end);
    const { line } = lines.at(start);
    comments.push({ text: text.trim(), line, endLine: line + text.split('\n').length - 1 });
  }
  return comments;
}

function endOfToken(script: string, start: number, token: string): number {
  switch (token) {
    case '--':
      return endOfLine(script, start);
    case '/*':
      return endOfBlockComment(script, start);
    case "'":
      return /[eE]/.test(script[start - 1] ?? '') && !/\w/.test(script[start - 2] ?? '')
        ? endOfEscapeString(script, start)
        : endOfQuoted(script, start);
    case '"':
      return endOfQuoted(script, start);
    default:
      // A dollar inside a name or before a parameter's number opens nothing.
      return (/\w/.test(script[start - 1] ?? '') ? null : endOfDollarQuote(script, start)) ?? start + 1;
  }
}
