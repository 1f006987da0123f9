import { ChangeSafetyError } from '../../../model/change-safety-error.js';

/** A piece of a changeset's text and where it stands. */
interface LiquibaseText {
  readonly text: string;
  /** 1-based line of the file where the text begins. */
  readonly firstLine: number;
}

export interface LiquibaseChangeset {
  readonly author: string;
  readonly id: string;
  /** The line `--changeset …`, 1-based. */
  readonly line: number;
  /** `runInTransaction`, `dbms` and the like, names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly sql: LiquibaseText;
  /** SQL of the `--rollback` lines; empty for a rollback declared empty, null for none. */
  readonly rollback: LiquibaseText | null;
  readonly comment: string | null;
  readonly hasPreconditions: boolean;
}

export interface LiquibaseFile {
  readonly changesets: readonly LiquibaseChangeset[];
  /** `--property name:x value:y`. */
  readonly properties: Readonly<Record<string, string>>;
}

interface Draft {
  readonly author: string;
  readonly id: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** One entry for each line after the changeset's own; what is no SQL is left empty, so that lines keep their number. */
  readonly sql: string[];
  readonly rollback: Map<number, string>;
  comment: string | null;
  hasPreconditions: boolean;
}

const firstLinePattern = /^\s*--\s*liquibase\s*formatted/i;
const changesetPattern = /^\s*--\s*changeset\s+("[^"]+"|[^:]+):\s*("[^"]+"|\S+)(.*)$/i;
const attributePattern = /\b(\w+):("[^"]*"|'[^']*'|\S*)/g;
const rollbackPattern = /^\s*--\s*rollback (.*)$/i;
const rollbackBlockPattern = /^\s*\/\*\s*liquibase\s*rollback\s*$/i;
const commentPattern = /^--\s*comment:? (.*)$/i;
const preconditionPattern = /^\s*--\s*preconditions?\b/i;
const checkSumPattern = /^--\s*validCheckSum:? /i;
const propertyPattern = /^\s*--\s*property\s+(?=.*\bname:\s*(\S+))(?=.*\bvalue:\s*(\S+))/i;
const ignoreLinesPattern = /^--\s*ignoreLines:(\w+)\s*$/i;

/** Whether the first line that is not empty calls the file a formatted SQL changelog. */
export function isLiquibaseSql(text: string): boolean {
  return firstLinePattern.test(text.trimStart().split('\n', 1)[0] ?? '');
}

/** Cuts a formatted SQL changelog into its changesets. Throws `script-invalid` for a changeset line that lacks author or id. */
export function parseLiquibaseFile(text: string, path: string): LiquibaseFile {
  const drafts: Draft[] = [];
  const properties: Record<string, string> = {};
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const draft = drafts.at(-1);
    const property = propertyPattern.exec(line);
    const skipped = countIgnoredLines(lines, index);
    if (property !== null) properties[property[1] as string] = property[2] as string;
    else if (/^\s*--\s*changeset\b/i.test(line)) drafts.push(startChangeset(line, index + 1, path));
    else if (draft !== undefined && skipped === null && rollbackBlockPattern.test(line))
      index = takeRollbackBlock(draft, lines, index);
    else if (draft !== undefined && skipped === null) takeLine(draft, line, index + 1);
    index += skipped ?? 0;
    const current = drafts.at(-1);
    while (current !== undefined && current.sql.length < index + 1 - current.line) current.sql.push('');
  }
  return { changesets: drafts.map(finishChangeset), properties };
}

function startChangeset(line: string, number: number, path: string): Draft {
  const match = changesetPattern.exec(line);
  if (match === null) {
    throw new ChangeSafetyError({
      code: 'script-invalid',
      message: `${path}:${number}: a changeset needs its author and its id; Liquibase stops here as well.`,
      remedy: 'Write --changeset author:id.',
      effect: 'none',
    });
  }
  const attributes = [...(match[3] as string).matchAll(attributePattern)].map(
    ([, name, value]) => [(name as string).toLowerCase(), unquote(value as string)] as const,
  );
  return {
    author: unquote((match[1] as string).trim()),
    id: unquote(match[2] as string),
    line: number,
    attributes: new Map(attributes),
    sql: [],
    rollback: new Map(),
    comment: null,
    hasPreconditions: false,
  };
}

function takeLine(draft: Draft, line: string, number: number): void {
  const rollback = rollbackPattern.exec(line);
  const comment = commentPattern.exec(line);
  if (rollback !== null) draft.rollback.set(number, rollback[1] as string);
  else if (comment !== null) draft.comment = (comment[1] as string).trim();
  else if (preconditionPattern.test(line)) draft.hasPreconditions = true;
  else if (!checkSumPattern.test(line)) {
    draft.sql.push(line);
    return;
  }
  draft.sql.push('');
}

/** Reads the block comment that begins with `liquibase rollback`; returns the index of its last line. */
function takeRollbackBlock(draft: Draft, lines: readonly string[], start: number): number {
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const end = /^(.*?)\*\/\s*$/.exec(line);
    draft.rollback.set(index + 1, end === null ? line : (end[1] as string));
    if (end !== null) return index;
  }
  return lines.length - 1;
}

/** How many lines after this one `--ignoreLines:n` or `--ignoreLines:start` leaves out; null when it is neither. */
function countIgnoredLines(lines: readonly string[], index: number): number | null {
  const what = ignoreLinesPattern.exec(lines[index] as string)?.[1];
  if (what === undefined) return null;
  if (/^\d+$/.test(what)) return Number(what);
  if (what.toLowerCase() !== 'start') return 0;
  const end = lines.findIndex((line, at) => at > index && /^--\s*ignoreLines:end\s*$/i.test(line));
  return (end < 0 ? lines.length - 1 : end) - index;
}

function finishChangeset(draft: Draft): LiquibaseChangeset {
  const { author, id, line, attributes, comment, hasPreconditions } = draft;
  const sql = { text: draft.sql.join('\n'), firstLine: line + 1 };
  return { author, id, line, attributes, comment, hasPreconditions, sql, rollback: joinRollback(draft.rollback) };
}

function joinRollback(lines: ReadonlyMap<number, string>): LiquibaseText | null {
  const numbers = [...lines.keys()];
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return null;
  const text = Array.from({ length: last - first + 1 }, (_, offset) => lines.get(first + offset) ?? '').join('\n');
  return { text: /^\s*(?:empty|not required)/i.test(text) ? '' : text, firstLine: first };
}

function unquote(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
