import { fileTextOf } from '../../../foundation/project/file-text.js';
import type { ApplyPlan, PlanStep, StepProbe } from '../../../model/apply-plan.js';
import type { LockRequest } from '../../../model/effects.js';
import type { Migration } from '../../../model/migration.js';
import type { Statement } from '../../../model/sql-text.js';
import { type ApplyLimits, limitsOf } from './apply-limits.js';
import { declaredProbes } from './declared-probes.js';
import { limitProfile } from './limit-profile.js';
import { type StepPiece, splitSteps } from './split-steps.js';
import { probeOf } from './step-probe.js';

export interface PlanOptions {
  readonly changeDigest: string;
  /** `down`: the statements are those of rollbacks. `up`, unless it is said. */
  readonly direction?: ApplyPlan['direction'];
  readonly limits: ApplyLimits;
  /** Predicted locks of a statement; null where nothing was predicted. */
  readonly locksOf: (statement: Statement) => readonly LockRequest[] | null;
  /** Steps that run although nothing tells after a crash whether they took effect. */
  readonly allowUndecidable: boolean;
}

/** Plans migrations in their order. The parser must be loaded. Nothing is asked of a server. */
export function buildPlan(migrations: readonly Migration[], options: PlanOptions): ApplyPlan {
  const planned = migrations.map((migration) => planMigration(migration, options));
  return {
    changeDigest: options.changeDigest,
    direction: options.direction ?? 'up',
    steps: planned.flatMap(({ steps }) => steps),
    refusals: planned.flatMap(({ refusals }) => refusals),
    budget: options.limits.budget,
  };
}

type Planned = Pick<ApplyPlan, 'steps' | 'refusals'>;

function planMigration(migration: Migration, options: PlanOptions): Planned {
  const pieces = splitSteps(migration);
  const probes = declaredProbes(fileTextOf(migration), migration.statements);
  const made = madeBy(migration, options);
  const steps = pieces.map((piece, index) =>
    planStep(piece, { migration, options, number: index + 1, last: index === pieces.length - 1, probes, made }),
  );
  return { steps, refusals: steps.flatMap((step, index) => refusalsOf(step, pieces[index]?.refusal ?? null, options)) };
}

interface Place {
  readonly migration: Migration;
  readonly options: PlanOptions;
  readonly number: number;
  readonly last: boolean;
  readonly probes: ReadonlyMap<Statement, string>;
  /** Relations that the migration makes itself. */
  readonly made: ReadonlySet<string>;
}

function planStep(piece: StepPiece, { migration, options, number, last, probes, made }: Place): PlanStep {
  const predicted = piece.statements.map(options.locksOf);
  const all = predicted.some((one) => one === null) ? null : predicted.flatMap((one) => one ?? []);
  const locks = all?.filter(({ relation }) => !made.has(relation)) ?? null;
  const [first] = piece.statements;
  return {
    id: options.direction === 'down' ? `${migration.id}/down-${number}` : `${migration.id}/${number}`,
    migrationId: migration.id,
    path: migration.path,
    kind: piece.kind,
    begin: piece.begin,
    statements: piece.statements,
    settings: piece.settings,
    limits: limitsOf(limitProfile(piece.kind, locks), options.limits),
    locks: locks ?? [],
    probe: piece.kind === 'transaction' ? inLedger : probeOf(first?.sql ?? '', (first && probes.get(first)) ?? null),
    completesMigration: last,
  };
}

/** What the migration makes itself nobody else can wait for. */
function madeBy({ statements }: Migration, { locksOf }: PlanOptions): ReadonlySet<string> {
  const locks = statements.flatMap((statement) => locksOf(statement) ?? []);
  return new Set(locks.flatMap(({ relation, created }) => (created === true ? [relation] : [])));
}

const inLedger: StepProbe = { kind: 'ledger' };

function refusalsOf(step: PlanStep, refusal: string | null, { allowUndecidable }: PlanOptions): ApplyPlan['refusals'] {
  if (refusal !== null) {
    return [
      { stepId: step.id, reason: refusal, remedy: 'Change the file, or apply it by hand and `lockkeeper baseline`.' },
    ];
  }
  if (step.probe.kind !== 'none' || allowUndecidable) return [];
  const remedy =
    'Write “-- lockkeeper: probe SELECT …” before it, a query that is true once it took effect; turn it into a backfill; or allow it with --allow-undecidable.';
  return [{ stepId: step.id, reason: step.probe.reason, remedy }];
}
