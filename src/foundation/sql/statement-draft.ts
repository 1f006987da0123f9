import type { Statement } from '../../model/sql-text.js';
import type { LineCounter, Position } from './line-counter.js';

/** As many words as `CREATE OR REPLACE FUNCTION` has. */
const tellingWords = 4;

/**
 * The statement that a script reader is in the middle of. It knows as much of SQL as psql does to find a
 * statement's end: the depth of parentheses, and whether a CREATE FUNCTION or PROCEDURE has an unquoted body.
 */
export class StatementDraft {
  readonly #text: string;
  #start: Position | null = null;
  #sliceFrom = 0;
  #end = 0;
  #substituted = '';
  #words: readonly string[] = [];
  #hasBody = false;
  #lastWord = '';
  #parentheses = 0;
  #bodies = 0;
  #copiesFromStdin = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isEmpty(): boolean {
    return this.#start === null;
  }

  /** A semicolon here ends the statement. */
  get isClosed(): boolean {
    return this.#parentheses === 0 && this.#bodies === 0;
  }

  /** Its first words tell that no later word means anything to whoever looks for its end. */
  get isPlain(): boolean {
    const [first, second] = this.#words;
    if (first === 'create') {
      const isTold = second !== undefined && (second !== 'or' || this.#words.length === tellingWords);
      return isTold && !this.#hasBody;
    }
    return first !== undefined && first !== 'copy';
  }

  /** It reads `COPY … FROM stdin`, so rows follow it. */
  get copiesFromStdin(): boolean {
    return this.#copiesFromStdin;
  }

  /** Takes the token between two offsets in. `word` is its text when it is a bare word. */
  add(from: number, to: number, token: { readonly lines: LineCounter; readonly word?: string }): void {
    if (this.#start === null) {
      this.#start = token.lines.at(from);
      this.#sliceFrom = from;
    }
    this.#end = to;
    if (token.word !== undefined) this.#addWord(token.word.toLowerCase());
    else this.#lastWord = '';
  }

  /** Puts `value` where the source has a psql variable. */
  substitute(from: number, to: number, token: { readonly lines: LineCounter; readonly value: string }): void {
    this.add(from, to, { lines: token.lines });
    this.#substituted += this.#text.slice(this.#sliceFrom, from) + token.value;
    this.#sliceFrom = to;
  }

  openParenthesis(): void {
    this.#parentheses += 1;
  }

  closeParenthesis(): void {
    if (this.#parentheses > 0) this.#parentheses -= 1;
  }

  finish(path: string, endLine: number): Statement {
    const start = this.#start as Position;
    return {
      sql: this.#substituted + this.#text.slice(this.#sliceFrom, this.#end),
      span: { path, line: start.line, column: start.column, endLine },
      copyData: null,
    };
  }

  get end(): number {
    return this.#end;
  }

  #addWord(word: string): void {
    if (this.#words.length < tellingWords) {
      this.#words = [...this.#words, word];
      this.#hasBody = /^create (or replace )?(function|procedure)\b/.test(this.#words.join(' '));
    }
    if (this.#parentheses === 0) {
      if (word === 'stdin' && this.#lastWord === 'from' && this.#words[0] === 'copy') this.#copiesFromStdin = true;
      this.#followBody(word);
    }
    this.#lastWord = word;
  }

  /** `BEGIN ATOMIC … END` holds semicolons; CASE inside it has an END of its own. */
  #followBody(word: string): void {
    if (!this.#hasBody) return;
    if (word === 'begin') this.#bodies += 1;
    else if (word === 'case' && this.#bodies > 0) this.#bodies += 1;
    else if (word === 'end' && this.#bodies > 0) this.#bodies -= 1;
  }
}
