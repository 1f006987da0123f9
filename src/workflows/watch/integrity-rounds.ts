import type { TargetFigures } from '../../model/target-figures.js';
import type { VerifyFinding } from '../../model/verify-report.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';
import { findFaults } from '../validate/validate-run.js';

/** A check that takes long is made so seldom that it costs no more than this part of the time. */
const busyPart = 0.1;

/**
 * Looks at the integrity of what was touched again and again, beside everything else. A fault counts once two looks in a
 * row have seen it.
 */
export class IntegrityRounds implements AsyncDisposable {
  readonly #place: WatchedPlace;
  readonly #touched: readonly string[];
  readonly #before: TargetFigures | null;
  readonly #ended = new AbortController();
  #round: Promise<void> | null = null;
  #dueAt = Number.NEGATIVE_INFINITY;
  #seen: readonly VerifyFinding[] | null = null;
  #confirmed: readonly VerifyFinding[] | null = null;

  constructor(place: WatchedPlace, touched: readonly string[], before: TargetFigures | null) {
    this.#place = { ...place, signal: AbortSignal.any([place.signal, this.#ended.signal]) };
    this.#touched = touched;
    this.#before = before;
  }

  /** What is at fault for certain; null while nobody has looked yet. */
  get faults(): readonly VerifyFinding[] | null {
    return this.#confirmed;
  }

  /** Begins a round when one is due. Never waits for it. */
  nudge(): void {
    if (this.#touched.length === 0 || this.#round !== null || this.#place.clock.now() < this.#dueAt) return;
    this.#round = this.#look()
      .catch(() => undefined)
      .finally(() => {
        this.#round = null;
      });
  }

  async #look(): Promise<void> {
    const { clock, target } = this.#place;
    const { integrityEveryMs } = watchedSettings(this.#place).watch;
    const start = clock.now();
    this.#dueAt = start + integrityEveryMs;
    await using session = await target.connect('lockkeeper watch');
    const found = await findFaults(this.#place, session, { touched: this.#touched, before: this.#before });
    const errors = found.filter(({ weight }) => weight === 'error');
    const earlier = new Set((this.#seen ?? []).map(keyOf));
    this.#confirmed = errors.filter((fault) => earlier.has(keyOf(fault)));
    this.#seen = errors;
    const isNew = errors.length > this.#confirmed.length;
    const took = clock.now() - start;
    this.#dueAt = isNew ? clock.now() : Math.max(start + integrityEveryMs, clock.now() + took / busyPart);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#round;
  }
}

function keyOf({ assertion, relation, name }: VerifyFinding): string {
  return `${assertion} ${relation ?? ''} ${name ?? ''}`;
}
