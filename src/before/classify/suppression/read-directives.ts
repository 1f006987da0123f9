import type { Statement } from '../../../model/sql-text.js';
import { readComments, type SqlComment } from '../../../foundation/sql/read-comments.js';

/** A comment that silences rules. */
export interface Directive {
  /** Whose dialect it is. */
  readonly dialect: 'lockkeeper' | 'squawk' | 'atlas';
  /** Names as they stand in the comment; empty means every rule of the dialect. */
  readonly names: readonly string[];
  readonly reason: string | null;
  readonly line: number;
  /** The place of the statement that it stands before or in; null: the whole file. */
  readonly statementIndex: number | null;
}

/**
 * The directives in a file's comments: `lockkeeper: allow RULE[, RULE] because REASON`, squawk's `squawk-ignore` and
 * Atlas's `atlas:nolint`. One in or right before a statement counts for it; one at the top of the file, before an empty
 * line, or written `allow-file`, counts for the file.
 */
export function readDirectives(text: string, statements: readonly Statement[]): readonly Directive[] {
  if (!/lockkeeper:|squawk-ignore|atlas:nolint/.test(text)) return [];
  const lines = text.split('\n');
  return readComments(text).flatMap((comment) => {
    const said = parseComment(comment.text);
    if (said === null) return [];
    const { ofFile, ...directive } = said;
    const place = ofFile ? null : placeOf(comment, statements, lines);
    return [{ ...directive, line: comment.line, statementIndex: place }];
  });
}

interface Said extends Pick<Directive, 'dialect' | 'names' | 'reason'> {
  readonly ofFile: boolean;
}

function parseComment(comment: string): Said | null {
  const own = /^\s*lockkeeper:\s*allow(-file)?\s+([\w\s,-]+?)(?:\s+because\s+(\S.*?))?\s*$/is.exec(comment);
  if (own !== null) {
    const reason = own[3]?.replace(/\s+/g, ' ') ?? null;
    return { dialect: 'lockkeeper', names: listOf(own[2]), reason, ofFile: own[1] !== undefined };
  }
  const squawk = /^\s*squawk-ignore(-file)?\b(.*)$/is.exec(comment);
  if (squawk !== null) {
    return { dialect: 'squawk', names: listOf(squawk[2]), reason: 'squawk-ignore', ofFile: squawk[1] !== undefined };
  }
  const atlas = /^\s*atlas:nolint\b(.*)$/is.exec(comment);
  if (atlas === null) return null;
  return { dialect: 'atlas', names: listOf(atlas[1]), reason: 'atlas:nolint', ofFile: false };
}

function listOf(names: string | undefined): readonly string[] {
  return (names ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

/** The statement around or behind the comment; null for the head of the file, which an empty line ends. */
function placeOf(comment: SqlComment, statements: readonly Statement[], lines: readonly string[]): number | null {
  const index = statements.findIndex(({ span }) => span.endLine >= comment.line);
  const next = statements[index];
  if (next === undefined) return Math.max(0, statements.length - 1);
  const between = lines.slice(comment.endLine, Math.max(comment.endLine, next.span.line - 1));
  const isHead = index === 0 && comment.endLine < next.span.line && between.some((line) => line.trim() === '');
  return isHead ? null : index;
}
