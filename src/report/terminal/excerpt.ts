import { showControls } from '../visible-text.js';
import { textWidth } from './text-width.js';

/**
 * The excerpt of an error in at most `width` columns. A line that is too long is cut around the caret, which keeps
 * pointing at its character. Tabs become one space, in both lines alike.
 */
export function fitExcerpt(excerpt: string, width: number): readonly string[] {
  const lines = showControls(excerpt).replaceAll('\t', ' ').split('\n');
  const caret = lines.find((line) => /^ *\^/.test(line))?.indexOf('^') ?? 0;
  const longest = Math.max(...lines.map((line) => textWidth(line)));
  if (longest <= width) return lines.map((line) => line.trimEnd());
  const room = Math.max(
    1,
    Math.min(width, Math.floor((width * Math.max(...lines.map((l) => Array.from(l).length))) / longest)),
  );
  const from = Math.max(0, caret - Math.floor(room / 2));
  return lines.map((line) => cutWindow(line, from, room));
}

function cutWindow(line: string, from: number, room: number): string {
  const characters = Array.from(line);
  if (/^ *\^/.test(line))
    return characters
      .slice(from, from + room)
      .join('')
      .trimEnd();
  const window = characters.slice(from, from + room);
  if (from > 0 && window.length > 0) window[0] = '…';
  if (characters.length > from + room) window[window.length - 1] = '…';
  return window.join('').trimEnd();
}
