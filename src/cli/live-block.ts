import type { Surroundings } from './surroundings.js';

const redrawMs = 100;
const eraseLine = '\x1b[2K';

/** How much room a block has, and whether it may be coloured. */
export interface BlockSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

/**
 * A block of lines that is drawn anew in its place, below what stood there. Nothing of it stays once it is disposed, and
 * nothing of the terminal is changed that a killed process would leave behind.
 */
export function openLiveBlock(
  { stderr }: Pick<Surroundings, 'stderr'>,
  render: (size: BlockSize) => readonly string[],
): Disposable {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? '' : `\r${eraseLine}${`\x1b[1A${eraseLine}`.repeat(drawn)}`);
  const draw = (): void => {
    const { width, height, color } = stderr;
    // A line that fills the last column would make the terminal break it.
    const lines = render({ width: width - 1, height: height - 1, color });
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`;
    const below = drawn > lines.length ? '\x1b[J' : '';
    // Each line erases only what it leaves over: a block that is cleared first would flicker.
    stderr.write(`\r${up}${lines.map((line) => `${line}\x1b[K\n`).join('')}${below}`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      stderr.write(erase());
    },
  };
}
