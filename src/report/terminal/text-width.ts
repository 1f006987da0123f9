const combining = /\p{Mn}|\p{Me}|\u200b|\u200d|\ufe0f/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function characterWidth(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Below the first combining mark each character takes one column. */
const plain = /^[\0-\u02ff]*$/;

/** Columns that a text takes on a terminal: East Asian wide characters and emoji count two. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
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
  if (plain.test(text)) return text.slice(0, width);
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
  const gap = textWidth(separator);
  let line = '';
  let used = 0;
  for (const item of items) {
    const needed = textWidth(item);
    const joined = line === '' ? needed : used + gap + needed;
    if (joined <= width) {
      line = line === '' ? item : `${line}${separator}${item}`;
      used = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const wrapped = needed <= width ? [item] : wrapWords(item, width);
    lines.push(...wrapped.slice(0, -1));
    line = wrapped.at(-1) ?? '';
    used = textWidth(line);
  }
  return line === '' ? lines : [...lines, line];
}

// A number and its unit, and a bound and its number, stay on one line.
const breakableSpace = / (?<!≤ )(?!(?:ms|s|min|h|B|kB|MB|GB|TB|PB)\b)/y;
/** Between such spaces stand no words. */
const idleSpace = /^ |  | $/;

function wrapWords(text: string, width: number): readonly string[] {
  const lines = plain.test(text) && !idleSpace.test(text) ? cutAtSpaces(text, width) : null;
  if (lines !== null) return lines;
  const words = text.split(breakableSpace).flatMap((word) => breakWord(word, width));
  return wrapItems(words, ' ', width);
}

/** Prose of one column a character, with a word behind every space; null where a word is longer than a line. */
function cutAtSpaces(text: string, width: number): readonly string[] | null {
  const lines: string[] = [];
  let from = 0;
  while (text.length - from > width) {
    const at = lastBreak(text, from + width);
    if (at <= from) return null;
    lines.push(text.slice(from, at));
    from = at + 1;
  }
  lines.push(text.slice(from));
  return lines;
}

/** Offset of the last space up to here at which a line may end; -1 when there is none. */
function lastBreak(text: string, to: number): number {
  for (let at = text.lastIndexOf(' ', to); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(' ', at - 1)) {
    breakableSpace.lastIndex = at;
    if (breakableSpace.test(text)) return at;
  }
  return -1;
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
  const lines = text.includes('\n') ? text.split('\n') : [text];
  return lines.flatMap((line) => (textWidth(line) <= width ? [line] : wrapWords(line, width)));
}
