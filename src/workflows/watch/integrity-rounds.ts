import type { Session } from '../../foundation/postgres/session.js';
import type { TargetFigures } from '../../model/target-figures.js';
import type { VerifyFinding } from '../../model/verify-report.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';
import { findFaults } from '../validate/validate-run.js';

/** A check that takes long is made so seldom that it costs no more than this part of the time. */
const busyPart = 0.1;

/** Its queries end long before: whoever has had no answer by then gets none. */
const longestRoundMs = 240_000;

/** At the end of a watch, nobody waits for a server that does not answer. */
const farewellMs = 3_000;

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
  #session: Session | null = null;
  #trouble: string | null = null;
  #begunAt = Number.NEGATIVE_INFINITY;
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

  /** Why the last round could not look; null when it could. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Begins a round when one is due. Never waits for it: where nobody answers, what is being asked is given up. */
  nudge(reachable: boolean): void {
    const now = this.#place.clock.now();
    if (!reachable || (this.#round !== null && now - this.#begunAt > longestRoundMs)) this.#session?.cut();
    if (!reachable || this.#touched.length === 0 || this.#round !== null || now < this.#dueAt) return;
    this.#begunAt = now;
    this.#round = this.#goRound();
  }

  async #goRound(): Promise<void> {
    try {
      await this.#look();
      this.#trouble = null;
    } catch (cause) {
      this.#trouble = cause instanceof Error ? cause.message : String(cause);
    } finally {
      this.#round = null;
    }
  }

  async #look(): Promise<void> {
    const { clock, target, signal } = this.#place;
    const { integrityEveryMs } = watchedSettings(this.#place).watch;
    const start = this.#begunAt;
    this.#dueAt = start + integrityEveryMs;
    await using session = await target.connect('lockkeeper watch');
    this.#session = session;
    signal.throwIfAborted();
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
    this.#session?.cut();
    const waited = new AbortController();
    const over = this.#place.clock.sleep(farewellMs, waited.signal).catch(() => undefined);
    await Promise.race([this.#round, over]);
    waited.abort();
  }
}

function keyOf({ assertion, relation, name }: VerifyFinding): string {
  return `${assertion} ${relation ?? ''} ${name ?? ''}`;
}
