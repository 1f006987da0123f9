import { hostname, userInfo } from 'node:os';
import { executePlan, type PlanRun } from '../../during/apply/execute/execute-plan.js';
import { migrationFacts } from '../../foundation/history/read-ledger-history.js';
import { acquireLease, type Lease } from '../../foundation/ledger/lease.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { AgreedCriterion } from '../../model/abort-criterion.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { RunnerIdentity } from '../../model/ledger.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { tool } from '../tool-version.js';
import { cutWhenLost } from '../../during/apply/execute/work-session.js';
import { refuseUnfinishedOther } from './refusals.js';
import { explainLease } from './explain-lease.js';
import { type Preparation, stateOptionsOf } from './prepare.js';
import { type SurroundedRun, surroundRun } from './surround-run.js';
import { openToolState, takeToolLock, type ToolState } from './tool-state.js';
import { type RunWatch, watchRun } from './watch-run.js';

export interface LeasedRun {
  readonly runId: string;
  readonly plan: ApplyPlan;
  readonly selected: Pick<SelectedMigrations, 'project' | 'change'>;
  /** Steps that a broken run began and did not end. */
  readonly begun: ReadonlySet<string>;
  /** File of a rollback that is not the project's own. */
  readonly script?: string | null;
  /** Asked when the lease is held: somebody may have been there before. False: there is nothing to do any more. */
  readonly stillWanted: () => Promise<boolean>;
}

export interface LeasedOutcome extends SurroundedRun {
  /** What would have ended the run by itself. */
  readonly criteria: readonly AgreedCriterion[];
}

/**
 * Runs a plan while holding the lease and the lock of the team's tool. Null when there was nothing to do any more.
 * @throws ChangeSafetyError `lease-held` when somebody else is at work.
 */
export async function runUnderLease(preparation: Preparation, leased: LeasedRun): Promise<LeasedOutcome | null> {
  const { request, target, session } = preparation;
  const runner = runnerOf(preparation);
  const result = await acquireLease({ connect: target.connect, runner, runId: leased.runId, clock: request.clock });
  if (result.kind !== 'acquired') throw explainLease(result, target);
  await using lease = result.lease;
  await refuseUnfinishedOther(session, leased.runId, target);
  cutWhenLost(session, lease);
  await lease.registerBackend(session);
  const { project, change } = leased.selected;
  const migrations = leased.plan.direction === 'up' ? change : [];
  const state = { project, state: stateOptionsOf(preparation), migrations, role: target.role };
  await using lock = await takeToolLock(() => target.connect('lockkeeper lease'), state, tool.name);
  if (lock !== null) await lease.registerBackend(lock.session);
  if (lock !== null) request.onProgress({ kind: 'phase', text: `Holding ${lock.title}` });
  if (!(await leased.stillWanted())) return null;
  const tools = await openToolState(session, state);
  await using watch = await watchRun(preparation, leased.plan);
  const surrounded = await surroundRun(preparation, leased, () =>
    execute(preparation, leased, {
      lease,
      tools,
      watch,
      gatekeeper: lock?.waitersBlock === true ? lock.session.pid : null,
    }),
  );
  return { ...surrounded, criteria: watch.criteria };
}

interface Surroundings {
  readonly lease: Lease;
  readonly tools: ToolState;
  readonly watch: RunWatch;
  readonly gatekeeper: number | null;
}

function execute(
  preparation: Preparation,
  { runId, plan, selected, begun, script = null }: LeasedRun,
  { lease, tools, watch, gatekeeper }: Surroundings,
): Promise<PlanRun> {
  const { request, target, loaded } = preparation;
  const { clock, signal, onEvent } = request;
  const kind = plan.direction === 'up' ? 'apply' : 'rollback';
  const byId = new Map(selected.change.map((migration) => [migration.id, migration]));
  return executePlan({
    runId,
    about: { kind, runner: runnerOf(preparation), script },
    plan,
    lease,
    connect: target.connect,
    connectReplicas: async () => (await target.connectReplicas()).flatMap(({ session }) => session ?? []),
    role: target.role,
    begun,
    gatekeeper,
    recordMigration: async (id, session, durationMs) => {
      const migration = byId.get(id);
      if (migration === undefined) return;
      if (plan.direction === 'down') await tools.recordReverted(migration, session);
      else await tools.recordApplied(migration, session, durationMs);
    },
    factsOf: (id) => {
      const migration = byId.get(id);
      return migration === undefined ? null : [...migrationFacts(migration)];
    },
    abortChecks: [watch.check],
    clock,
    random: Math.random,
    signal,
    onEvent: (event) => onEvent(redactSecrets({ ...event, at: clock.date().toISOString() }, loaded.secrets)),
  });
}

export function runnerOf({ session }: Preparation): RunnerIdentity {
  return {
    host: hostname(),
    processId: process.pid,
    osUser: userInfo().username,
    databaseUser: session.target.user,
    tool: `${tool.name} ${tool.version}`,
    ...(session.target.tenant !== undefined && { tenant: session.target.tenant.schema }),
  };
}
