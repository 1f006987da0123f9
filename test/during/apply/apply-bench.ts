import { randomUUID } from 'node:crypto';
import { buildPlan } from '../../../src/during/apply/plan/build-plan.js';
import { limitsOfTier } from '../../../src/during/apply/plan/apply-limits.js';
import { executePlan, type PlanRun } from '../../../src/during/apply/execute/execute-plan.js';
import type { ApplyContext, UndatedEvent } from '../../../src/during/apply/execute/apply-context.js';
import { acquireLease } from '../../../src/foundation/ledger/lease.js';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { rememberFileText } from '../../../src/foundation/project/file-text.js';
import type { ApplyPlan, ChangeBudget } from '../../../src/model/apply-plan.js';
import type { LockRequest } from '../../../src/model/effects.js';
import type { Migration } from '../../../src/model/migration.js';
import type { TransactionMode } from '../../../src/model/sql-text.js';
import { migrationOf } from '../../support/script.js';

/** A migration with the text of its file, statements one to a line. */
export function fileOf(id: string, statements: readonly string[], mode: TransactionMode = 'single'): Migration {
  const migration = migrationOf(id, statements, mode);
  rememberFileText(migration, statements.map((sql) => `${sql};\n`).join(''));
  return migration;
}

export interface TryOut {
  readonly migrations: readonly Migration[];
  readonly tier?: number;
  readonly budget?: Partial<ChangeBudget>;
  /** Locks of every statement. */
  readonly locks?: readonly LockRequest[];
  readonly signal?: AbortSignal;
  readonly replicas?: readonly ConnectionTarget[];
  /** Backend that holds the lock of the team's tool. */
  readonly gatekeeper?: number;
  /** Who logs in, and whom it becomes; default: the session's own user, nobody else. */
  readonly user?: string;
  readonly role?: string;
  /** Steps that an earlier runner began. */
  readonly begun?: readonly string[];
  /** What the team's own tool would write with a migration. */
  readonly record?: string;
  readonly onEvent?: (event: UndatedEvent) => void;
}

export interface TriedOut {
  readonly run: PlanRun;
  readonly runId: string;
  readonly events: readonly UndatedEvent[];
}

export function planOf({ migrations, tier = 1, budget = {}, locks }: TryOut): ApplyPlan {
  const limits = limitsOfTier(tier);
  return buildPlan(migrations, {
    changeDigest: 'none',
    limits: { ...limits, budget: { ...limits.budget, ...budget } },
    locksOf: () => locks ?? null,
    allowUndecidable: false,
  });
}

/** Applies migrations to the database of a session, as the verb does, without gates. */
export async function tryOut(session: Session, tryOutOptions: TryOut): Promise<TriedOut> {
  const runId = randomUUID();
  const target = { ...session.target, user: tryOutOptions.user ?? session.target.user };
  const open = (applicationName: string): Promise<Session> => connect(target, { applicationName });
  const runner = { host: 'here', processId: 1, osUser: 'ada', databaseUser: 'postgres', tool: 'test' };
  const result = await acquireLease({ connect: open, runner, runId, clock: systemClock });
  if (result.kind !== 'acquired') throw new Error(`the lease is ${result.kind}`);
  await using lease = result.lease;
  const events: UndatedEvent[] = [];
  const context: ApplyContext = {
    runId,
    about: { kind: 'apply', runner, script: null },
    plan: planOf(tryOutOptions),
    lease,
    connect: open,
    connectReplicas: () =>
      Promise.all(
        (tryOutOptions.replicas ?? []).map((replica) => connect(replica, { applicationName: 'lockkeeper watch' })),
      ),
    role: tryOutOptions.role ?? null,
    recordMigration: async (_, work) => {
      if (tryOutOptions.record !== undefined) await work.query(tryOutOptions.record);
    },
    gatekeeper: tryOutOptions.gatekeeper ?? null,
    begun: new Set(tryOutOptions.begun ?? []),
    factsOf: () => null,
    abortChecks: [],
    clock: systemClock,
    random: () => 0.5,
    signal: tryOutOptions.signal ?? new AbortController().signal,
    onEvent: (event) => {
      events.push(event);
      tryOutOptions.onEvent?.(event);
    },
  };
  return { run: await executePlan(context), runId, events };
}
