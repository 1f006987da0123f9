import type { Surroundings } from './surroundings.js';

/** A page of the terminal's own, which leaves what stood there before as it was. */
export interface Screen extends Disposable {
  width(): number;
  /** Shows as much of a text as there is room for; the last line is for the footer. */
  draw(text: string, footer: string): void;
}

const enter = '\x1b[?1049h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1049l';
const home = '\x1b[H';
const eraseToEndOfLine = '\x1b[K';
const eraseBelow = '\x1b[J';

/** Null where nothing can be drawn: off a terminal, on a dumb one, in a CI. */
export function openScreen(around: Surroundings): Screen | null {
  if (around.terminalSize() === null) return null;
  const size = () => around.terminalSize() ?? { columns: 80, rows: 24 };
  around.stdout(enter);
  return {
    width: () => size().columns,
    draw: (text, footer) => {
      const { rows, columns } = size();
      const lines = text.trimEnd().split('\n');
      const room = Math.max(1, rows - 1);
      const shown = lines.slice(0, room);
      const hidden = lines.length - shown.length;
      const last = (hidden === 0 ? footer : `${hidden} more lines below · ${footer}`).slice(0, columns - 1);
      // Each line erases only what it leaves over: a screen that is cleared first would flicker.
      const drawn = shown.map((line) => `${line}${eraseToEndOfLine}\r\n`).join('');
      around.stdout(`${home}${drawn}${eraseBelow}\x1b[${rows};1H${last}`);
    },
    [Symbol.dispose]: () => around.stdout(leave),
  };
}
