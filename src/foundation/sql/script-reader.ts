import type { Statement } from '../../model/sql-text.js';
import { LineCounter } from './line-counter.js';
import {
  endOfBlockComment,
  endOfDollarQuote,
  endOfEscapeString,
  endOfLine,
  endOfPlainTokens,
  endOfQuoted,
  wordAt,
} from './lexer.js';
import { StatementDraft } from './statement-draft.js';

export interface ScriptSource {
  /** Path as shown to people. */
  readonly path: string;
  /** 1-based line of the file where the text begins. */
  readonly firstLine: number;
  /** What ends a statement instead of the semicolon; null: the whole text is one statement. */
  readonly delimiter?: string | null;
}

/** What psql does with text that is not SQL. */
export interface PsqlReader {
  /** The text that stands for a `:name`, `:'name'` or `:"name"` at `offset` and its length in the source; null leaves it as it is. */
  variableAt(text: string, offset: number, line: number): { readonly value: string; readonly length: number } | null;
  /** Obeys the command between backslash and line end; `midStatement` when SQL stands before it without a semicolon. */
  command(command: string, context: { readonly line: number; readonly midStatement: boolean }): PsqlCommandResult;
}

export interface PsqlCommandResult {
  /** Statements of an included file. */
  readonly statements: readonly Statement[];
  /** `\q`: the rest of this file is not read. */
  readonly quit: boolean;
}

/** Reads a script token by token and cuts it into statements, in one pass. */
export class ScriptReader {
  readonly #text: string;
  readonly #source: ScriptSource;
  readonly #psql: PsqlReader | null;
  readonly #delimiter: string | null;
  readonly #starts: LineCounter;
  readonly #lines: LineCounter;
  readonly #statements: Statement[] = [];
  #draft: StatementDraft;
  #at = 0;

  constructor(text: string, source: ScriptSource, psql: PsqlReader | null = null) {
    this.#text = text;
    this.#source = source;
    this.#psql = psql;
    this.#delimiter = source.delimiter === undefined ? ';' : source.delimiter;
    this.#starts = new LineCounter(text, source.firstLine);
    this.#lines = new LineCounter(text, source.firstLine);
    this.#draft = new StatementDraft(text);
  }

  read(): readonly Statement[] {
    while (this.#at < this.#text.length) this.#readToken();
    this.#finishStatement();
    return this.#statements;
  }

  #readToken(): void {
    const text = this.#text;
    const at = this.#at;
    if (this.#delimiter !== null && this.#delimiter !== ';' && text.startsWith(this.#delimiter, at)) {
      this.#finishStatement();
      this.#at += this.#delimiter.length;
      return;
    }
    if (this.#draft.isPlain && this.#takePlainTokens()) return;
    switch (text[at]) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
      case '\f':
      case '\v':
        this.#at += 1;
        return;
      case '-':
        if (text[at + 1] === '-') this.#at = endOfLine(text, at);
        else this.#take(at + 1);
        return;
      case '/':
        if (text[at + 1] === '*') this.#at = endOfBlockComment(text, at);
        else this.#take(at + 1);
        return;
      case ';':
        this.#readSemicolon();
        return;
      case '\\':
        if (this.#psql !== null) this.#readCommand(this.#psql);
        else this.#take(at + 1);
        return;
      case ':':
        this.#readColon();
        return;
      default:
        this.#readSql();
    }
  }

  /** Tokens that belong to the statement, whatever the script's dialect. */
  #readSql(): void {
    const text = this.#text;
    const at = this.#at;
    switch (text[at]) {
      case "'":
      case '"':
        this.#take(endOfQuoted(text, at));
        return;
      case '$':
        this.#take(endOfDollarQuote(text, at) ?? at + 1);
        return;
      case '(':
        this.#take(at + 1);
        this.#draft.openParenthesis();
        return;
      case ')':
        this.#take(at + 1);
        this.#draft.closeParenthesis();
        return;
      default:
        this.#readWord();
    }
  }

  #readWord(): void {
    const at = this.#at;
    const word = wordAt(this.#text, at);
    if (word === null) this.#take(at + 1);
    else if (/^e$/i.test(word) && this.#text[at + 1] === "'") this.#take(endOfEscapeString(this.#text, at + 1));
    else this.#take(at + word.length, word);
  }

  /** Most of a statement, in one step. */
  #takePlainTokens(): boolean {
    if (this.#delimiter !== ';') return false;
    const end = endOfPlainTokens(this.#text, this.#at);
    if (end === this.#at) return false;
    this.#take(end);
    return true;
  }

  #take(to: number, word?: string): void {
    this.#draft.add(this.#at, to, word === undefined ? { lines: this.#starts } : { lines: this.#starts, word });
    this.#at = to;
  }

  #readSemicolon(): void {
    if (this.#delimiter !== ';') {
      // Belongs to the statement only if more of it follows: then the text between is taken with it.
      this.#at += 1;
    } else if (!this.#draft.isClosed) {
      this.#take(this.#at + 1);
    } else {
      const copies = this.#draft.copiesFromStdin;
      this.#at += 1;
      this.#finishStatement();
      if (copies) this.#readCopyData();
    }
  }

  #readColon(): void {
    const next = this.#text[this.#at + 1];
    if (next === ':' || next === '=') return this.#take(this.#at + 2);
    const found = this.#psql?.variableAt(this.#text, this.#at, this.#lines.at(this.#at).line) ?? null;
    if (found === null) return this.#take(this.#at + 1);
    this.#draft.substitute(this.#at, this.#at + found.length, { lines: this.#starts, value: found.value });
    this.#at += found.length;
  }

  #readCommand(psql: PsqlReader): void {
    const end = endOfLine(this.#text, this.#at);
    const command = this.#text.slice(this.#at + 1, end).trimEnd();
    const { line } = this.#lines.at(this.#at);
    const result = psql.command(command, { line, midStatement: !this.#draft.isEmpty });
    for (const statement of result.statements) this.#statements.push(statement);
    this.#at = result.quit ? this.#text.length : end;
  }

  /** The rows start on the line after the semicolon and end with a line that holds only `\.`, or with the file. */
  #readCopyData(): void {
    const text = this.#text;
    const copy = this.#statements.pop() as Statement;
    const lineEnd = endOfLine(text, this.#at);
    const mark = /^\\\.\r?$/gm;
    mark.lastIndex = Math.min(lineEnd + 1, text.length);
    const from = mark.lastIndex;
    const end = mark.exec(text);
    this.#statements.push({ ...copy, copyData: text.slice(from, end?.index ?? text.length) });
    this.#readRestOfCopyLine(lineEnd);
    this.#at = end === null ? text.length : end.index + end[0].length;
  }

  /** SQL that follows the semicolon on the line of COPY runs after the rows. */
  #readRestOfCopyLine(lineEnd: number): void {
    const { line, column } = this.#lines.at(this.#at);
    const rest = ' '.repeat(column - 1) + this.#text.slice(this.#at, lineEnd);
    const source = { ...this.#source, firstLine: line };
    for (const statement of new ScriptReader(rest, source, this.#psql).read()) this.#statements.push(statement);
  }

  #finishStatement(): void {
    const draft = this.#draft;
    if (draft.isEmpty) return;
    // The end lies before everything that is still to be asked of this counter.
    const endLine = this.#starts.at(draft.end).line;
    this.#statements.push(draft.finish(this.#source.path, endLine));
    this.#draft = new StatementDraft(this.#text);
  }
}
