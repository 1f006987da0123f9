import { notify } from '../../during/traffic/notify.js';
import type { WatchDecision } from '../../model/watch-report.js';
import type { RecordedRun } from '../validate/find-run.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';

/** Tells whom the target names what a watch came to; whoever cannot be told is in the sentences that are returned. */
export async function tellTrouble(
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
