import type { ChangeBudget } from '../../../model/apply-plan.js';

const firstPauseMs = 100;
const longestPauseMs = 15_000;

/** What a change has spent of the time that others give it; shared by its steps. */
export class QueueBudget {
  readonly #budget: ChangeBudget;
  readonly #random: () => number;
  #queuedMs = 0;

  constructor(budget: ChangeBudget, random: () => number) {
    this.#budget = budget;
    this.#random = random;
  }

  get leftMs(): number {
    return Math.max(0, this.#budget.queueMs - this.#queuedMs);
  }

  get queuedMs(): number {
    return this.#queuedMs;
  }

  spend(ms: number): void {
    this.#queuedMs += ms;
  }

  /** How long one attempt may queue: its own limit, but no more than is left; 0, no limit, stays 0. */
  lockTimeoutMs(ownMs: number): number {
    return ownMs === 0 ? 0 : Math.max(1, Math.min(ownMs, Math.ceil(this.leftMs)));
  }

  /** Grows with each attempt, with jitter, so that two who wait do not meet again. */
  pauseMs(attempt: number): number {
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 20));
    return longest * (0.5 + this.#random() / 2);
  }
}
