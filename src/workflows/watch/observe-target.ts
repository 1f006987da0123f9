import { decide } from '../../after/watch/decide/decide.js';
import { findUnknown, settleEnd } from '../../after/watch/decide/settle-end.js';
import type { WatchFacts } from '../../after/watch/decide/watch-facts.js';
import { Elapsed } from '../../after/watch/observe/elapsed.js';
import { TargetWatch } from '../../after/watch/observe/look-at-target.js';
import { ServerEvents } from '../../after/watch/observe/server-events.js';
import type { TargetFigures } from '../../model/target-figures.js';
import type { VerifyFinding } from '../../model/verify-report.js';
import type { WatchDecision, WatchEvent, WatchReport, WatchSample } from '../../model/watch-report.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';
import { wayBackTree } from '../validate/validate-run.js';
import { IntegrityRounds } from './integrity-rounds.js';

export interface ObserveOptions {
  readonly facts: WatchFacts;
  readonly changedAt: Date;
  readonly forMs: number;
  readonly touched: readonly string[];
  readonly before: TargetFigures | null;
  readonly onEvent: (event: WatchEvent) => void;
}

/** What was seen, and what it came to. */
export interface Observed extends Pick<WatchReport, 'samples' | 'decisions' | 'ended' | 'unknown'> {
  readonly decision: WatchDecision;
  readonly faults: readonly VerifyFinding[];
  readonly notes: readonly string[];
}

/**
 * Looks at a target until the time is over, or there is nothing more to wait for. A signal ends it, and what was seen so far
 * counts. Rejects with the signal's reason when nothing was seen yet.
 */
export async function observeTarget(place: WatchedPlace, options: ObserveOptions): Promise<Observed> {
  const { target, clock, signal } = place;
  const { metrics, health, watch } = watchedSettings(place);
  const connect = () => target.connect('lockkeeper watch');
  await using eyes = new TargetWatch({ connect, metrics, health, clock, signal, everyMs: watch.everyMs });
  await using rounds = new IntegrityRounds(place, options.touched, options.before);
  const course = new Course(
    options,
    new Elapsed(clock, { changedAt: options.changedAt, longestStepMs: stepOf(watch) }),
  );
  try {
    for (;;) {
      const start = clock.now();
      const look = await eyes.look();
      rounds.nudge(look.reachable);
      const decision = course.take(look, rounds);
      if (decision.verdict === 'roll back now') return course.end('decided', rounds.faults);
      if (course.leftMs <= 0) return course.end('complete', rounds.faults);
      const rest = Math.max(0, watch.everyMs - (clock.now() - start));
      await clock.sleep(Math.min(rest, Math.max(course.leftMs, 1)), signal);
    }
  } catch (cause) {
    if (!signal.aborted || course.isEmpty) throw cause;
    return course.end('interrupted', rounds.faults);
  }
}

/** Metrics and health have their own limits of time: only what is longer than all of them is a gap. */
function stepOf({ everyMs }: { readonly everyMs: number }): number {
  return 3 * everyMs + 30_000;
}

type Look = Awaited<ReturnType<TargetWatch['look']>>;

/** What has been seen so far. */
class Course {
  readonly #options: ObserveOptions;
  readonly #elapsed: Elapsed;
  readonly #samples: WatchSample[] = [];
  readonly #decisions: WatchDecision[] = [];
  readonly #notes: string[] = [];
  readonly #server = new ServerEvents();
  #last: WatchDecision | null = null;
  #facts: WatchFacts;
  #blind = false;
  readonly #startMs: number;

  constructor(options: ObserveOptions, elapsed: Elapsed) {
    this.#options = options;
    this.#facts = options.facts;
    this.#elapsed = elapsed;
    this.#startMs = elapsed.next().sinceChangeMs;
  }

  get isEmpty(): boolean {
    return this.#last === null;
  }

  get leftMs(): number {
    return this.#options.forMs - ((this.#samples.at(-1)?.sinceChangeMs ?? this.#startMs) - this.#startMs);
  }

  take(
    { server, lost, ...look }: Look,
    { faults, trouble }: Pick<IntegrityRounds, 'faults' | 'trouble'>,
  ): WatchDecision {
    const { at, sinceChangeMs, gapMs } = this.#elapsed.next();
    if (gapMs > 0) this.#note(at, `Nobody looked for ${Math.round(gapMs / 1000)} s: what was before counts no longer.`);
    for (const event of this.#server.take({ ...look, server, lost }, sinceChangeMs)) this.#note(at, event);
    if (trouble !== null && !this.#blind) this.#note(at, `Integrity could not be looked at: ${trouble}`);
    this.#blind = trouble !== null;
    const newFaults = faults === null ? null : faults.length;
    const sample: WatchSample = { at, sinceChangeMs, afterGap: gapMs > 0, ...look, newFaults };
    this.#samples.push(sample);
    this.#options.onEvent({ at, kind: 'sample', sample, leftMs: Math.max(0, this.leftMs) });
    // Where nobody counted the standbys before, those that follow when the watch begins have to go on.
    this.#facts = { ...this.#facts, replicas: this.#facts.replicas ?? look.replicas };
    const decision = decide({ samples: this.#samples, facts: this.#facts, tree: wayBackTree, previous: this.#last });
    this.#settle(decision);
    return decision;
  }

  end(ended: WatchReport['ended'], faults: readonly VerifyFinding[] | null): Observed {
    const last = this.#last;
    if (last === null) throw new Error('nothing was looked at yet');
    const unknown = findUnknown(this.#samples, this.#facts);
    const decision = ended === 'interrupted' ? last : settleEnd(last, unknown);
    if (decision !== last) this.#settle(decision);
    const { samples, decisions, notes } = { samples: this.#samples, decisions: this.#decisions, notes: this.#notes };
    return {
      samples,
      decisions: [...decisions.slice(0, -1), decision],
      decision,
      ended,
      unknown,
      faults: faults ?? [],
      notes,
    };
  }

  #settle(decision: WatchDecision): void {
    const before = this.#last;
    this.#last = decision;
    if (before?.verdict === decision.verdict && before.severity === decision.severity) return;
    this.#decisions.push(decision);
    this.#options.onEvent({ at: decision.at, kind: 'decision', decision });
  }

  #note(at: string, text: string): void {
    this.#notes.push(`${at}: ${text}`);
    this.#options.onEvent({ at, kind: 'note', text });
  }
}
