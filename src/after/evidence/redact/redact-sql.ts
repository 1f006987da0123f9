import {
  endOfBlockComment,
  endOfDollarQuote,
  endOfEscapeString,
  endOfLine,
  endOfQuoted,
  wordAt,
} from '../../../foundation/sql/lexer.js';

/** A text without its values, and the values that were in it. */
export interface RedactedSql {
  readonly text: string;
  /** Contents of strings, long numbers and comments, as they stood between their marks. */
  readonly values: readonly string[];
  /** Words that are no value: names and keywords, without their quotes. */
  readonly words: readonly string[];
}

/** What stands for a string, and for a number. */
const stringMask = "'…'";
const numberMask = '0';

/** A modifier says how wide a type is, not what is in a row: numbers in brackets behind these words stay. */
const sizedTypes = new Set(
  'varchar char character varying bpchar numeric decimal dec bit varbit timestamp timestamptz time timetz interval float vector halfvec sparsevec'.split(
    ' ',
  ),
);

/** Fewer digits are a count or a flag, and would match figures of the report. */
const tellingDigits = 6;

const number = /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)/y;
const modifier = /\(\s*\d+(?:\s*,\s*-?\d+)?\s*\)/y;
const declaresBody = /^\s*(?:create\s+(?:or\s+replace\s+)?(?:function|procedure)|do)\b/i;
const foreignBody = /\blanguage\s+(?!sql\b|plpgsql\b|'sql'|'plpgsql'|"sql"|"plpgsql")/i;

/**
 * The same SQL with `'…'` for every string, `0` for every number and nothing but their marks for comments. Names, keywords and
 * the widths of types stay, and so do bodies of functions in SQL and PL/pgSQL, redacted in their turn.
 */
export function redactSql(sql: string): RedactedSql {
  return new SqlRedaction(sql, declaresBody.test(sql) && !foreignBody.test(sql)).run();
}

class SqlRedaction {
  readonly #sql: string;
  readonly #bodiesAreCode: boolean;
  readonly #values: string[] = [];
  readonly #words: string[] = [];
  #text = '';
  #at = 0;
  #lastWord = '';

  constructor(sql: string, bodiesAreCode: boolean) {
    this.#sql = sql;
    this.#bodiesAreCode = bodiesAreCode;
  }

  run(): RedactedSql {
    while (this.#at < this.#sql.length) this.#readToken();
    return { text: this.#text, values: this.#values, words: this.#words };
  }

  #readToken(): void {
    const sql = this.#sql;
    const at = this.#at;
    const character = sql[at] as string;
    if (character === "'") this.#maskString(endOfQuoted(sql, at));
    else if (character === '"') this.#keepName(endOfQuoted(sql, at));
    else if (character === '-' && sql[at + 1] === '-') this.#maskComment(endOfLine(sql, at), '--…');
    else if (character === '/' && sql[at + 1] === '*') this.#maskComment(endOfBlockComment(sql, at), '/*…*/');
    else if (character === '$') this.#readDollar();
    else if (character === '(' && this.#isModifier()) this.#keep(modifier.lastIndex);
    else if (/[0-9]/.test(character) || (character === '.' && /[0-9]/.test(sql[at + 1] ?? ''))) this.#maskNumber();
    else this.#readWord();
  }

  #readWord(): void {
    const word = wordAt(this.#sql, this.#at);
    if (word === null) {
      this.#keep(this.#at + 1);
      return;
    }
    const end = this.#at + word.length;
    const opening = this.#sql.startsWith("'", end) ? end : this.#sql.startsWith("&'", end) ? end + 1 : null;
    if (opening !== null && /^(?:e|b|x|n|u)$/i.test(word)) {
      this.#at = opening;
      this.#maskString(/^e$/i.test(word) ? endOfEscapeString(this.#sql, opening) : endOfQuoted(this.#sql, opening));
      return;
    }
    this.#words.push(word);
    this.#lastWord = word.toLowerCase();
    this.#text += word;
    this.#at = end;
  }

  #readDollar(): void {
    const end = endOfDollarQuote(this.#sql, this.#at);
    if (end === null) {
      // A parameter: `$1` is a place, not a value.
      const parameter = /\$\d+/y;
      parameter.lastIndex = this.#at;
      this.#keep(parameter.test(this.#sql) ? parameter.lastIndex : this.#at + 1);
      return;
    }
    const tag = this.#sql.slice(this.#at, this.#sql.indexOf('$', this.#at + 1) + 1);
    const content = this.#sql.slice(this.#at + tag.length, Math.max(this.#at + tag.length, end - tag.length));
    if (this.#bodiesAreCode) {
      const body = new SqlRedaction(content, false).run();
      this.#values.push(...body.values);
      this.#words.push(...body.words);
      this.#text += `${tag}${body.text}${tag}`;
    } else {
      this.#values.push(content);
      this.#text += stringMask;
    }
    this.#at = end;
  }

  #isModifier(): boolean {
    modifier.lastIndex = this.#at;
    return sizedTypes.has(this.#lastWord) && modifier.test(this.#sql);
  }

  #maskString(end: number): void {
    const closed = end > this.#at + 1 && this.#sql[end - 1] === "'";
    const content = this.#sql.slice(this.#at + 1, closed ? end - 1 : end);
    this.#values.push(content, content.replaceAll("''", "'"));
    this.#text += stringMask;
    this.#at = end;
    this.#lastWord = '';
  }

  #maskComment(end: number, mask: string): void {
    this.#values.push(
      this.#sql
        .slice(this.#at + 2, end)
        .replace(/\*\/$/, '')
        .trim(),
    );
    this.#text += mask;
    this.#at = end;
  }

  #maskNumber(): void {
    number.lastIndex = this.#at;
    const end = number.test(this.#sql) ? number.lastIndex : this.#at + 1;
    const digits = this.#sql.slice(this.#at, end);
    if (digits.replace(/\D/g, '').length >= tellingDigits) this.#values.push(digits, digits.replaceAll('_', ''));
    this.#text += numberMask;
    this.#at = Math.max(end, this.#at + 1);
  }

  #keepName(end: number): void {
    this.#words.push(this.#sql.slice(this.#at + 1, end - 1).replaceAll('""', '"'));
    this.#keep(end);
  }

  #keep(end: number): void {
    const kept = this.#sql.slice(this.#at, end);
    if (/\S/.test(kept)) this.#lastWord = '';
    this.#text += kept;
    this.#at = end;
  }
}
