import type { Clock } from '../../../foundation/runtime/clock.js';

export interface Moment {
  /** ISO 8601: the time at which it all began, and what has passed since; no jump of the clock shows in it. */
  readonly at: string;
  /** Milliseconds since the change. */
  readonly sinceChangeMs: number;
  /** How long this machine slept, or this process stood still, since the moment before; 0: it did not. */
  readonly gapMs: number;
}

/** A clock that is put right by less than this has not slept. */
const jumpMs = 5_000;

/**
 * Time as a watch needs it. A machine that sleeps stops the monotonic clock and not the other one; a clock that is put back
 * does not make anything undone.
 */
export class Elapsed {
  readonly #clock: Clock;
  readonly #startDate: number;
  readonly #changedBeforeMs: number;
  /** Nobody looked for longer than this: a gap, whatever the reason. */
  readonly #longestStepMs: number;
  #lastNow: number;
  #lastDate: number;
  #passedMs = 0;

  constructor(
    clock: Clock,
    { changedAt, longestStepMs }: { readonly changedAt: Date; readonly longestStepMs: number },
  ) {
    this.#clock = clock;
    this.#lastNow = clock.now();
    this.#startDate = clock.date().getTime();
    this.#lastDate = this.#startDate;
    this.#changedBeforeMs = Math.max(0, this.#startDate - changedAt.getTime());
    this.#longestStepMs = longestStepMs;
  }

  next(): Moment {
    const now = this.#clock.now();
    const date = this.#clock.date().getTime();
    const ticked = now - this.#lastNow;
    const ahead = date - this.#lastDate - ticked;
    const sleptMs = ahead > jumpMs ? ahead : 0;
    this.#lastNow = now;
    this.#lastDate = date;
    this.#passedMs += ticked + sleptMs;
    const stepMs = ticked + sleptMs;
    return {
      at: new Date(this.#startDate + this.#passedMs).toISOString(),
      sinceChangeMs: Math.round(this.#changedBeforeMs + this.#passedMs),
      gapMs: sleptMs > 0 || stepMs > this.#longestStepMs ? Math.round(stepMs) : 0,
    };
  }
}
