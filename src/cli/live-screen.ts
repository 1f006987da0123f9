import type { RunEvent } from '../model/apply-run.js';
import { renderLive } from '../report/apply/live-screen.js';
import { advanceLive, type LiveState, startLive } from '../report/apply/live-state.js';
import type { EventSink } from './event-sink.js';
import type { Surroundings } from './surroundings.js';

const redrawMs = 100;
const eraseLine = '\x1b[2K';

/**
 * The run as a block of lines that is drawn anew in its place, below what stood there. Nothing of it stays once it is
 * disposed, and nothing of the terminal is changed that a killed process would leave behind.
 */
export function openLiveScreen({ stderr, clock }: Surroundings): EventSink {
  let state: LiveState = startLive(clock.now());
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? '' : `\r${eraseLine}${`\x1b[1A${eraseLine}`.repeat(drawn)}`);
  const draw = (): void => {
    const { width, height, color } = stderr;
    // A line that fills the last column would make the terminal break it.
    const lines = renderLive(state, { width: width - 1, height: height - 1, color, nowMs: clock.now() });
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`;
    const below = drawn > lines.length ? '\x1b[J' : '';
    // Each line erases only what it leaves over: a block that is cleared first would flicker.
    stderr.write(`\r${up}${lines.map((line) => `${line}\x1b[K\n`).join('')}${below}`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  return {
    take: (event: RunEvent) => {
      state = advanceLive(state, event, clock.now());
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      stderr.write(erase());
    },
  };
}
