import { setTimeout as delay } from 'node:timers/promises';

/** The only way to the time: passed in, so that a test can hold it still. */
export interface Clock {
  /** Monotonic milliseconds, with fractions; only differences mean something. */
  now(): number;
  date(): Date;
  /** Rejects with the signal's AbortError when it is aborted before the time is over. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};
