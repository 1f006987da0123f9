import type { Clock } from '../runtime/clock.js';

/** How those fare who have to live with a reading. */
export interface OthersState {
  /** So much longer is every pause; 1: they are well. */
  readonly factor: number;
  /** Why nothing is read for the moment, in words; null: it may go on. */
  readonly hold: string | null;
}

export interface HeedOptions {
  /** Never rejects but when the reading is interrupted. */
  readonly ask: () => Promise<OthersState>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** They are asked at most so often, milliseconds. */
const betweenAsksMs = 2_000;
/** A slowness that outlasts this has another cause than the reading: it goes on, as slowly as it can. */
const longestHoldMs = 300_000;
const slowest: OthersState = { factor: 4, hold: null };

/** Asks how others fare beside the reading, and waits where they are not well. */
export class HeededOthers {
  readonly #options: HeedOptions;
  #state: OthersState = { factor: 1, hold: null };
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;
  #heldSince: number | null = null;

  constructor(options: HeedOptions) {
    this.#options = options;
  }

  /** Waits while they are not well, and says how much longer the next pause is. Reads nothing: no transaction may be open. */
  async heed(): Promise<{ readonly factor: number; readonly heldMs: number }> {
    const { clock, signal } = this.#options;
    const start = clock.now();
    this.#askAgain();
    while (this.#state.hold !== null) {
      this.#heldSince ??= clock.now();
      if (clock.now() - this.#heldSince > longestHoldMs) return { factor: slowest.factor, heldMs: clock.now() - start };
      await clock.sleep(betweenAsksMs, signal);
      this.#askAgain();
      await this.#asking;
    }
    this.#heldSince = null;
    return { factor: this.#state.factor, heldMs: clock.now() - start };
  }

  /** Begins to ask when that is due, and does not wait for the answer. */
  #askAgain(): void {
    const { clock } = this.#options;
    if (this.#asking !== null || clock.now() - this.#askedAt < betweenAsksMs) return;
    this.#askedAt = clock.now();
    this.#asking = this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      this.#state = await this.#options.ask();
    } catch {
      // Interrupted: who reads finds that out by itself.
    } finally {
      this.#asking = null;
    }
  }
}
