import { randomUUID } from 'node:crypto';
import { executePlan } from '../../../../src/during/apply/execute/execute-plan.js';
import { readEntries } from '../../../../src/foundation/ledger/entries.js';
import { cutWhenLost } from '../../../../src/during/apply/execute/work-session.js';
import { acquireLease } from '../../../../src/foundation/ledger/lease.js';
import { openSteps } from '../../../../src/foundation/ledger/runs.js';
import type { ConnectionTarget } from '../../../../src/foundation/postgres/connection-target.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import type { ApplyPlan } from '../../../../src/model/apply-plan.js';
import { refuseUnfinishedOther } from '../../../../src/workflows/apply/refusals.js';
import { leaveOutSteps } from '../../../../src/workflows/apply/partly-applied.js';
import type { ApplyTarget } from '../../../../src/workflows/apply/open-target.js';

export type Ended = 'applied' | 'aborted' | 'failed' | 'indeterminate' | 'held';

export interface Planned {
  readonly target: ConnectionTarget;
  readonly plan: ApplyPlan;
}

interface Run extends Planned {
  readonly runId: string;
  readonly begun: ReadonlySet<string>;
}

const runner = { host: 'here', processId: 1, osUser: 'ada', databaseUser: 'postgres', tool: 'torture' };

/** Under the lease, as `runUnderLease` does. */
export async function run({ target, plan, runId, begun }: Run): Promise<Ended> {
  const open = (applicationName: string): Promise<Session> => connect(target, { applicationName });
  const result = await acquireLease({ connect: open, runner, runId, clock: systemClock });
  if (result.kind !== 'acquired') return 'held';
  await using lease = result.lease;
  await using session = await open('lockkeeper apply');
  cutWhenLost(session, lease);
  await lease.registerBackend(session);
  await refuseUnfinishedOther(session, runId, { words: 'the database' } as ApplyTarget);
  const again = leaveOutSteps(plan, openSteps(await readEntries(session)));
  const { verdict } = await executePlan({
    runId,
    about: { kind: 'apply', runner, script: null },
    plan: again,
    lease,
    connect: open,
    connectReplicas: async () => [],
    role: null,
    recordMigration: async (id, on) => {
      await on.query('INSERT INTO public.schema_migrations VALUES ($1)', [id]);
    },
    gatekeeper: null,
    begun,
    factsOf: () => null,
    abortChecks: [],
    clock: systemClock,
    random: () => 0.5,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  return verdict;
}

/** As `apply` does once it has a plan. */
export async function applyPlan(planned: Planned): Promise<Ended> {
  return run({ ...planned, runId: randomUUID(), begun: new Set() });
}
