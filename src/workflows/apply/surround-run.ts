import type { PlanRun } from '../../during/apply/execute/execute-plan.js';
import { holdTraffic } from '../../during/traffic/hold-traffic.js';
import { type NotificationEvent, notify } from '../../during/traffic/notify.js';
import type { HookSurroundings } from '../../during/traffic/run-hook.js';
import { requireTarget } from '../../foundation/config/load-config.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import { noHooks } from '../../model/target-settings.js';
import type { Preparation } from './prepare.js';

export interface SurroundedRun {
  readonly run: PlanRun;
  /** What of the hooks or the notifications went wrong, and somebody has to look at. */
  readonly notes: readonly string[];
}

/** Tells whom the target names, holds its traffic back while something runs, and lets it go whatever becomes of that. */
export async function surroundRun(
  preparation: Preparation,
  { plan, runId }: { readonly plan: ApplyPlan; readonly runId: string },
  run: () => Promise<PlanRun>,
): Promise<SurroundedRun> {
  const { loaded, target, session, request } = preparation;
  const hooks = target.name === null ? noHooks : requireTarget(loaded, target.name).hooks;
  const { env, clock, signal } = request;
  const around: HookSurroundings = { cwd: loaded.dir, env, clock, signal, secrets: loaded.secrets };
  const tell = async (event: NotificationEvent, text: string): Promise<readonly string[]> => {
    const { changeDigest, steps } = plan;
    const migrations = [...new Set(steps.map(({ migrationId }) => migrationId))];
    const about = { runId, target: target.name, changeDigest, migrations, text, at: clock.date().toISOString() };
    // Whoever interrupts a run still wants it told.
    const told = await notify({ kind: 'notification', version: 1, event, ...about }, hooks.notify, {
      ...around,
      signal: new AbortController().signal,
    });
    return told.flatMap(({ to, problem }) => (problem === null ? [] : [`${to} could not be told: ${problem}`]));
  };
  const notes = [...(await tell('started', `${target.words}: a change of ${plan.steps.length} steps begins.`))];
  const traffic = await holdTraffic(session, hooks, around);
  let ended: PlanRun | null = null;
  try {
    ended = await run();
  } finally {
    notes.push(...(await traffic.release()));
    const verdict = ended?.verdict ?? 'failed';
    notes.push(
      ...(await tell(verdict === 'applied' ? 'done' : 'aborted', `${target.words}: the change is ${verdict}.`)),
    );
  }
  return { run: ended, notes };
}
