import { notify } from '../../during/traffic/notify.js';
import type { WatchDecision } from '../../model/watch-report.js';
import type { RecordedRun } from '../validate/find-run.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';

/** Tells whom the target names how a watch stands, each thing once, while the watch goes on. */
export class Teller {
  readonly #place: WatchedPlace;
  readonly #run: RecordedRun | null;
  readonly #telling: Promise<readonly string[]>[] = [];
  #last = '';

  constructor(place: WatchedPlace, run: RecordedRun | null) {
    this.#place = place;
    this.#run = run;
  }

  tell(decision: WatchDecision): void {
    const said = `${decision.verdict} ${decision.severity}`;
    if (said === this.#last) return;
    this.#last = said;
    this.#telling.push(tellTrouble(this.#place, this.#run, decision));
  }

  /** Sentences about whoever could not be told. */
  async finish(): Promise<readonly string[]> {
    return [...new Set((await Promise.all(this.#telling)).flat())];
  }
}

/** Whoever cannot be told is in the sentences that are returned. */
async function tellTrouble(
  { loaded, target, clock, env, ...place }: WatchedPlace,
  run: RecordedRun | null,
  { verdict, severity, reason }: WatchDecision,
): Promise<readonly string[]> {
  const { hooks } = watchedSettings({ loaded, target });
  const event = verdict === 'continue' ? 'watched' : 'trouble';
  const grade = severity === null ? '' : ` (${severity})`;
  const about = {
    runId: run?.report.runId ?? '',
    target: target.name,
    changeDigest: run?.report.changeDigest ?? '',
    migrations: run?.report.migrations ?? [],
    text: `${target.words}: ${verdict}${grade}. ${reason}`,
    at: clock.date().toISOString(),
  };
  // Whoever interrupts a watch still wants it told.
  const signal = new AbortController().signal;
  const around = { ...place, cwd: loaded.dir, env, clock, signal, secrets: loaded.secrets };
  const outcomes = await notify({ kind: 'notification', version: 1, event, ...about }, hooks.notify, around);
  return outcomes.flatMap(({ to, problem }) => (problem === null ? [] : [`${to} could not be told: ${problem}`]));
}
