/** Ends of the tokens in which a semicolon, a quote or a backslash means nothing. All positions are UTF-16 offsets. */

/** Offset behind a quoted token that opens at `start`; a doubled quote stands for itself. The text's end if it never closes. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text[start] as string;
  let at = start + 1;
  while (true) {
    at = text.indexOf(quote, at);
    if (at < 0) return text.length;
    if (text[at + 1] !== quote) return at + 1;
    at += 2;
  }
}

/** SQL joins string constants that only white space with a line break parts; the later ones keep the first one's escapes. */
const continuation = /(?:[ \t\f\v]|--[^\n]*(?=\n))*\r?\n(?:\s|--[^\n]*\n)*'/y;

/** Offset behind an `E''` string whose opening quote is at `start`, its continuations counted. */
export function endOfEscapeString(text: string, start: number): number {
  const stop = /['\\]/g;
  stop.lastIndex = start + 1;
  for (let found = stop.exec(text); found !== null; found = stop.exec(text)) {
    if (found[0] === '\\' || text[found.index + 1] === "'") {
      stop.lastIndex = found.index + 2;
      continue;
    }
    continuation.lastIndex = found.index + 1;
    if (!continuation.test(text)) return found.index + 1;
    stop.lastIndex = continuation.lastIndex;
  }
  return text.length;
}

/** Offset behind a block comment that opens at `start`; block comments nest. */
export function endOfBlockComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  let depth = 1;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}

/** Offset of the line break that ends the line, or of the text's end. */
export function endOfLine(text: string, start: number): number {
  const at = text.indexOf('\n', start);
  return at < 0 ? text.length : at;
}

const blank = String.raw`[ \t\n\r\f\v]`;
/** A word that a quote follows may open a string of its own kind, and a dollar behind a word belongs to it. */
const plainWord = String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*(?!['\w$\u0080-\uffff])`;
const plainSign = String.raw`[\d.,=<>+*%^|&#@!?~\x60[\]{}]`;
const plainToken = `${blank}|${plainWord}|${plainSign}`;
const flatGroup = String.raw`\((?:${plainToken}){0,500}\)`;
const plainGroup = String.raw`\((?:${plainToken}|${flatGroup}){0,500}\)`;

/**
 * Words, numbers and operators, and brackets around such that close again, without a quote, a comment, a colon or a
 * semicolon among them. Each character can be read in one way only, so that nothing is tried twice.
 */
const plainTokens = new RegExp(`(?:${blank}*(?:${plainWord}|${plainSign}+|${plainGroup})){1,200}`, 'y');

/** Offset behind tokens from `start` on that end and open nothing, not all there are; `start` where there are none. */
export function endOfPlainTokens(text: string, start: number): number {
  plainTokens.lastIndex = start;
  return plainTokens.test(text) ? plainTokens.lastIndex : start;
}

const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/** Offset behind a dollar-quoted string at `start`, or null when none opens there. */
export function endOfDollarQuote(text: string, start: number): number | null {
  dollarTag.lastIndex = start;
  const tag = dollarTag.exec(text)?.[0];
  if (tag === undefined) return null;
  const close = text.indexOf(tag, start + tag.length);
  return close < 0 ? text.length : close + tag.length;
}

const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;

/** The bare word (keyword or name) that begins at `start`; null when none does. */
export function wordAt(text: string, start: number): string | null {
  word.lastIndex = start;
  return word.exec(text)?.[0] ?? null;
}
