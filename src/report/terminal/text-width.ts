const combining = /\p{Mn}|\p{Me}|\u200b|\u200d|\ufe0f/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function characterWidth(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a text takes on a terminal: East Asian wide characters and emoji count two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text in at most `width` columns; what is cut ends in an ellipsis. */
export function truncateText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${takeColumns(text, Math.max(0, width - 1))}…`;
}

function takeColumns(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Joins items into lines of at most `width` columns, breaking between items first, then between words, then anywhere. */
export function wrapItems(items: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const joined = line === '' ? item : `${line}${separator}${item}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const wrapped = textWidth(item) <= width ? [item] : wrapWords(item, width);
    lines.push(...wrapped.slice(0, -1));
    line = wrapped.at(-1) ?? '';
  }
  return line === '' ? lines : [...lines, line];
}

// A number and its unit, and a bound and its number, stay on one line.
const breakableSpace = /(?<!≤) (?!(?:ms|s|min|h|B|kB|MB|GB|TB|PB)\b)/;

function wrapWords(text: string, width: number): readonly string[] {
  const words = text.split(breakableSpace).flatMap((word) => breakWord(word, width));
  return wrapItems(words, ' ', width);
}

function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = word;
  while (textWidth(rest) > width) {
    const piece = takeColumns(rest, Math.max(1, width)) || Array.from(rest).slice(0, 1).join('');
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === '' && pieces.length > 0 ? pieces : [...pieces, rest];
}

/** Wraps prose, each of its own lines by itself. */
export function wrapProse(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => (textWidth(line) <= width ? [line] : wrapWords(line, width)));
}
