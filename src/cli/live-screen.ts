import type { RunEvent } from '../model/apply-run.js';
import { renderLive } from '../report/apply/live-screen.js';
import { advanceLive, type LiveState, startLive } from '../report/apply/live-state.js';
import type { EventSink } from './event-sink.js';
import { openLiveBlock } from './live-block.js';
import type { Surroundings } from './surroundings.js';

/** The run as a block of lines that follows its events. */
export function openLiveScreen(around: Surroundings): EventSink {
  const { clock } = around;
  let state: LiveState = startLive(clock.now());
  const block = openLiveBlock(around, (size) => renderLive(state, { ...size, nowMs: clock.now() }));
  return {
    take: (event: RunEvent) => {
      state = advanceLive(state, event, clock.now());
    },
    [Symbol.dispose]: () => block[Symbol.dispose](),
  };
}
