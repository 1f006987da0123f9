import type { ScriptOutcome, ScriptRun, StatementRun } from '../../foundation/steps/script-run.js';
import type { Migration } from '../../model/migration.js';
import type {
  LatencyPoint,
  MigrationState,
  MigrationTrace,
  StandbyTrace,
  StatementTrace,
  TrafficTrace,
  WalRecords,
} from '../../model/trace.js';
import { checkClaims } from './check-claims.js';
import { dateReleases } from './date-releases.js';

/** What was measured around a migration's statements, by their index. */
export interface Surroundings {
  readonly traffic: readonly (readonly TrafficTrace[])[];
  readonly standby: readonly (StandbyTrace | null)[];
  readonly latencies: readonly LatencyPoint[];
  readonly walRecords: readonly WalRecords[];
  readonly invalidIndexes: readonly string[];
}

export function traceOfMigration(migration: Migration, run: ScriptRun, around: Surroundings): MigrationTrace {
  const statements = run.statements.map((statement, index) =>
    traceOfStatement(statement, run.startedAt, {
      traffic: around.traffic[index] ?? [],
      standby: around.standby[index] ?? null,
    }),
  );
  const durationMs = run.endedAt - run.startedAt;
  return {
    id: migration.id,
    path: migration.path,
    transaction: migration.transaction,
    statements,
    durationMs,
    commitMs: run.commitMs,
    walRecords: around.walRecords,
    claims: checkClaims(migration.claims, { durationMs: workedMs(run), statements }),
    latencies: around.latencies,
    state: stateOf(run.outcome, around.invalidIndexes),
    rerun: null,
  };
}

/** Time in the server alone; looking at it in between is our own. */
function workedMs(run: ScriptRun): number {
  return run.statements.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, run.commitMs ?? 0);
}

function traceOfStatement(
  run: StatementRun,
  migrationStartedAt: number,
  around: Pick<StatementTrace, 'traffic' | 'standby'>,
): StatementTrace {
  const { observation, releasedAt, startedAt } = run;
  return {
    sql: run.statement.sql,
    path: run.statement.span.path,
    line: run.statement.span.line,
    startedAtMs: startedAt - migrationStartedAt,
    durationMs: run.endedAt - startedAt,
    transactionBlock: run.transactionBlock,
    ...observation,
    locks: dateReleases(observation.locks, { startedAt, releasedAt }),
    ...around,
    notices: run.notices,
    error: run.error,
    prediction: null,
  };
}

function stateOf(outcome: ScriptOutcome, invalidIndexes: readonly string[]): MigrationState {
  switch (outcome.kind) {
    case 'applied':
      return { kind: 'applied' };
    case 'rolled-back':
      return { kind: 'rolled-back' };
    case 'partial':
      return { kind: 'partial', appliedStatements: outcome.appliedStatements, invalidIndexes };
    case 'indeterminate':
      return { kind: 'partial', appliedStatements: 0, invalidIndexes };
    default:
      return outcome satisfies never;
  }
}

/** A migration that was not reached. */
export function traceNotRun(migration: Migration): MigrationTrace {
  return {
    id: migration.id,
    path: migration.path,
    transaction: migration.transaction,
    statements: [],
    durationMs: 0,
    commitMs: null,
    walRecords: [],
    claims: [],
    latencies: [],
    state: { kind: 'not-run' },
    rerun: null,
  };
}
