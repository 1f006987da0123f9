import { agreeOnCriteria, judgeSamples } from '../../during/apply/criteria/judge-samples.js';
import { ProgressFollower } from '../../during/apply/criteria/follow-progress.js';
import { Sampler } from '../../during/apply/criteria/sampler.js';
import type { AbortCheck } from '../../during/apply/execute/apply-context.js';
import { requireTarget } from '../../foundation/config/load-config.js';
import type { PolicyConfig } from '../../foundation/config/config.js';
import { findAbout } from '../../foundation/records/find-about.js';
import { readRecords } from '../../foundation/records/read-records.js';
import type { AgreedCriterion, RunSample } from '../../model/abort-criterion.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import { policyError } from '../check/policy/policy-error.js';
import type { Preparation } from './prepare.js';
import { rehearsedDurations } from './rehearsed-durations.js';

/** What ends a run by itself, agreed before it begins. Closing it ends the looking. */
export interface RunWatch extends AsyncDisposable {
  readonly check: AbortCheck;
  readonly criteria: readonly AgreedCriterion[];
}

/** Takes the baseline, and from then on looks whenever it is asked. */
export async function watchRun(preparation: Preparation, plan: ApplyPlan): Promise<RunWatch> {
  const { request, loaded, target } = preparation;
  const { clock, signal, onEvent } = request;
  const settings = target.name === null ? null : requireTarget(loaded, target.name);
  const records = await readRecords(loaded.config.evidence.dir);
  const rehearsal = findAbout<Rehearsal>(records, 'rehearsal', plan.changeDigest);
  const rehearsed = rehearsedDurations(plan, rehearsal?.body ?? null);
  const agreed = agreeOnCriteria({
    tier: target.tier,
    set: readAbortLimits(loaded.config.policy.limits),
    metrics: settings?.metrics ?? {},
  });
  const session = await target.connect('lockkeeper watch');
  const sampler = new Sampler({
    session,
    metrics: settings?.metrics ?? {},
    health: settings?.health ?? null,
    clock,
    signal,
    rehearsedMs: (stepId) => rehearsed.get(stepId) ?? null,
  });
  await sampler.look(null);
  const follower = new ProgressFollower(session, clock);
  return {
    check: async (stepId) => {
      const sample = await sampler.look(stepId);
      const progress = await follower.look().catch(() => null);
      const at = clock.date().toISOString();
      if (progress !== null) onEvent({ kind: 'progress', stepId, ...progress, at });
      onEvent({ kind: 'sample', values: valuesOf(sample), at });
      return judgeSamples(sampler.samples, agreed);
    },
    criteria: agreed.map(({ id, title, unit, limit, forMs }) => ({ id, title, unit, limit, forMs })),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function valuesOf(sample: RunSample): Readonly<Record<string, number | null>> {
  const { metrics, healthy, replicaLagMs, replicaLagBytes, waitingSessions, connections, walBytes, stepMs } = sample;
  const figures = { replicaLagMs, replicaLagBytes, waitingSessions, connections, walBytes, stepMs };
  return { ...figures, healthy: healthy === null ? null : Number(healthy), ...metrics };
}

/** `policy.limits.abort`: a limit by the id of a criterion; null or `off` switches it off. */
function readAbortLimits(limits: PolicyConfig['limits']): Readonly<Record<string, number | null>> {
  const abort = limits['abort'] ?? {};
  if (typeof abort !== 'object' || abort === null || Array.isArray(abort)) throw notLimits('abort', abort);
  return Object.fromEntries(
    Object.entries(abort).map(([id, limit]) => {
      if (limit === null || limit === 'off') return [id, null];
      if (typeof limit !== 'number' || limit < 0) throw notLimits(`abort.${id}`, limit);
      return [id, limit];
    }),
  );
}

function notLimits(key: string, value: unknown) {
  return policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'Give a number for each criterion, or off.');
}
