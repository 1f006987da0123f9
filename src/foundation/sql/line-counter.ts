import { endOfLine } from './lexer.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Turns UTF-16 offsets into 1-based lines and columns (columns in characters).
 * Offsets must be asked in ascending order: then one pass over the text answers them all.
 */
export class LineCounter {
  readonly #text: string;
  #line: number;
  #lineEnd: number;
  #offset = 0;
  #column = 1;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#line = firstLine;
    this.#lineEnd = endOfLine(text, 0);
  }

  at(offset: number): Position {
    while (offset > this.#lineEnd) {
      this.#line += 1;
      this.#column = 1;
      this.#offset = this.#lineEnd + 1;
      this.#lineEnd = endOfLine(this.#text, this.#offset);
    }
    this.#column += charactersIn(this.#text.slice(this.#offset, offset));
    this.#offset = Math.max(this.#offset, offset);
    return { line: this.#line, column: this.#column };
  }
}

function charactersIn(text: string): number {
  // Only the halves of surrogate pairs make characters and offsets differ.
  if (!/[\ud800-\udfff]/.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
