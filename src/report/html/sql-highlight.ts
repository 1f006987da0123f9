import { type Html, html } from './escape.js';

export type SqlTokenKind = 'keyword' | 'string' | 'comment' | 'number' | 'name' | 'plain';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
}

const keywords = new Set(
  `add after all alter always analyze and any array as asc attach authorization before begin between both by cascade case cast
  check cluster collate column comment commit concurrently constraint copy create cross current database default deferrable
  deferred delete desc detach disable distinct do domain drop each else enable end enum exclude execute exists extension
  false filter finalize first for force foreign from full function generated grant group having identity if ignore immediate
  immutable in include index inherit inherits initially inner insert instead intersect into is isolation join key language
  last lateral left like limit local lock logged match materialized mode move natural no not nothing notify null nulls of
  offset on only option or order outer over owned owner partition passing policy preserve primary procedure publication
  range recursive references refresh reindex release rename replace replica restart restrict return returning
  returns revoke right role rollback row rows rule savepoint schema security select sequence session set share some stable
  start statement statistics storage strict subscription table tablespace temp temporary then to transaction trigger true
  truncate type union unique unlogged update using vacuum valid validate values view volatile when where window with
  without work zone`.split(/\s+/),
);

interface Lexeme {
  readonly kind: SqlTokenKind | 'word';
  readonly pattern: RegExp;
}

// Tried in this order at every position. What is not closed runs to the end, as it does for the server.
const lexemes: readonly Lexeme[] = [
  { kind: 'comment', pattern: /--[^\n]*/y },
  { kind: 'string', pattern: /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y },
  { kind: 'string', pattern: /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)/y },
  { kind: 'name', pattern: /"(?:[^"]|"")*(?:"|$)/y },
  { kind: 'string', pattern: /\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)/y },
  { kind: 'word', pattern: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y },
  { kind: 'number', pattern: /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'plain', pattern: /\s+/y },
];

/** Cuts SQL into tokens for display; their texts joined are the input. */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let position = 0;
  while (position < sql.length) {
    const token = blockCommentAt(sql, position) ?? lexemeAt(sql, position);
    const last = tokens.at(-1);
    if (last?.kind === 'plain' && token.kind === 'plain') {
      tokens[tokens.length - 1] = { kind: 'plain', text: last.text + token.text };
    } else tokens.push(token);
    position += token.text.length;
  }
  return tokens;
}

function lexemeAt(sql: string, position: number): SqlToken {
  for (const { kind, pattern } of lexemes) {
    pattern.lastIndex = position;
    const text = pattern.exec(sql)?.[0];
    if (text === undefined) continue;
    if (kind !== 'word') return { kind, text };
    return { kind: keywords.has(text.toLowerCase()) ? 'keyword' : 'plain', text };
  }
  return { kind: 'plain', text: sql.charAt(position) };
}

/** Block comments nest in PostgreSQL, which no regular expression can follow. */
function blockCommentAt(sql: string, position: number): SqlToken | null {
  if (!sql.startsWith('/*', position)) return null;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = position;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return { kind: 'comment', text: sql.slice(position, marks.lastIndex) };
  }
  return { kind: 'comment', text: sql.slice(position) };
}

const classes: Readonly<Record<SqlTokenKind, string | null>> = {
  keyword: 'k',
  string: 's',
  comment: 'c',
  number: 'n',
  name: 'i',
  plain: null,
};

/** SQL as spans of one class per kind of token. */
export function highlightSql(sql: string): Html {
  const spans = tokenizeSql(sql).map(({ kind, text }) => {
    const name = classes[kind];
    return name === null ? text : html`<span class="${name}">${text}</span>`;
  });
  return html`${spans}`;
}
