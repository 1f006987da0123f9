import type { GuardedStatement } from '../../during/apply/exec/guard-session.js';
import type { TappedStatement } from '../../foundation/tap/tap.js';
import type { ApplyPlan, PlanStep } from '../../model/apply-plan.js';
import type { StepOutcome } from '../../model/apply-run.js';
import type { BackendIdentity } from '../../model/ledger.js';
import type { SelectedMigrations } from '../select-migrations.js';

export interface CommandFacts {
  readonly changeDigest: string;
  readonly command: string;
  readonly guarded?: readonly GuardedStatement[];
}

/** A command chooses by itself what it applies. */
export const commandSelection: SelectedMigrations = {
  project: { format: 'command', dir: '.', migrations: [], transactionScope: 'migration', notes: [] },
  history: [],
  change: [],
  historyIsWhole: true,
  notes: [],
  applied: null,
};

/** What a command sent, told as steps of a plan: it was planned by nobody, and is known afterwards only. */
export function planOfStatements(
  statements: readonly TappedStatement[],
  { changeDigest, command, guarded = [] }: CommandFacts,
): { readonly plan: ApplyPlan; readonly outcomes: readonly StepOutcome[] } {
  const own = statements.filter(({ controlsTransaction }) => !controlsTransaction);
  const left = [...guarded];
  return {
    plan: {
      changeDigest,
      direction: 'up',
      steps: own.map((statement, index) => toStep(statement, index, command)),
      refusals: [],
      budget: { queueMs: 0, patienceMs: 0, attempts: 1 },
    },
    outcomes: own.map((statement, index) => {
      const found = left.findIndex(({ sql }) => sql === statement.sql);
      return toOutcome(statement, index, found < 0 ? undefined : left.splice(found, 1)[0]);
    }),
  };
}

function toStep({ sql, inTransaction }: TappedStatement, index: number, command: string): PlanStep {
  const span = { path: command, line: index + 1, column: 1, endLine: index + 1 };
  return {
    id: stepId(index),
    migrationId: 'command',
    path: command,
    kind: inTransaction ? 'transaction' : 'statement',
    begin: null,
    statements: [{ sql, span, copyData: null }],
    settings: [],
    limits: { profile: 'short lock', lockTimeoutMs: 0, statementTimeoutMs: 0, holdLimitMs: 0 },
    locks: [],
    probe: { kind: 'none', reason: 'Its transaction is the command’s own.' },
    completesMigration: false,
  };
}

function stepId(index: number): string {
  return `command/${index + 1}`;
}

/** Of a statement that ended before anybody looked. */
const notGuarded: BackendIdentity = { pid: 0, backendStart: '' };

function toOutcome(
  { startedAt, endedAt, error, sql }: TappedStatement,
  index: number,
  guarded: GuardedStatement | undefined,
): StepOutcome {
  const durationMs = endedAt - startedAt;
  const ended = guarded?.ended ?? null;
  return {
    stepId: stepId(index),
    state: error === null ? 'applied' : 'not-applied',
    attempts: [
      {
        startedAt: new Date(performance.timeOrigin + startedAt).toISOString(),
        waitedOutsideMs: guarded?.waitedOutsideMs ?? 0,
        queuedMs: guarded?.queuedMs ?? null,
        durationMs,
        backend: guarded?.backend ?? notGuarded,
        failure:
          error === null
            ? null
            : {
                kind: ended?.kind ?? 'error',
                sqlState: error.code,
                message: ended?.message ?? error.message,
                place: sql.replace(/\s+/g, ' ').slice(0, 80),
              },
      },
    ],
    walBytes: null,
    longestBlockedMs: guarded?.longestBlockedMs ?? 0,
    locks: error === null ? (guarded?.locks ?? null) : null,
  };
}
