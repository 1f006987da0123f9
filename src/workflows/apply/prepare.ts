import { buildPlan } from '../../during/apply/plan/build-plan.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import type { AppliedHistory } from '../../foundation/history/applied-history.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ProjectStateOptions } from '../../foundation/project/project-state.js';
import { changeDigest } from '../../foundation/records/digest.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { CheckReport } from '../../model/check.js';
import type { Migration } from '../../model/migration.js';
import { countFindings } from '../check/to-report.js';
import { check } from '../check.js';
import { readHistory } from '../read-from-database.js';
import { type SelectedMigrations, selectMigrations } from '../select-migrations.js';
import type { ChangeRequest } from './change-request.js';
import type { ApplyTarget } from './open-target.js';
import { readApplyLimits } from './read-apply-limits.js';

/** A target that is open, and what is wanted of it. */
export interface Preparation {
  readonly request: ChangeRequest;
  readonly loaded: LoadedConfig;
  readonly target: ApplyTarget;
  /** Idle, on the target. */
  readonly session: Session;
}

export function stateOptionsOf({ loaded, request }: Preparation): ProjectStateOptions {
  return { placeholders: loaded.config.project.placeholders, variables: request.env };
}

/**
 * What the target has, and what it lacks, by the account of the team's tool or, where there is none, the ledger. Of files
 * or a range that are named, too, what is applied is not applied again.
 */
export async function selectForTarget(preparation: Preparation): Promise<SelectedMigrations> {
  const { request, loaded, target, session } = preparation;
  const { format, dir, placeholders } = loaded.config.project;
  const read = (project: SelectedMigrations['project']) => readHistory(session, project, stateOptionsOf(preparation));
  const place = { cwd: request.cwd, dir, format, placeholders };
  const selected = await selectMigrations(place, request.selection, { name: target.words, read });
  return selected.applied === null ? leaveOutApplied(selected, await read(selected.project)) : selected;
}

function leaveOutApplied(selected: SelectedMigrations, applied: AppliedHistory): SelectedMigrations {
  const has = new Set(applied.applied);
  const left = selected.change.filter(({ id }) => has.has(id)).map(({ id }) => id);
  const notes = left.length === 0 ? [] : [`Applied already, and left out: ${left.join(', ')}.`];
  return {
    ...selected,
    change: selected.change.filter(({ id }) => !has.has(id)),
    notes: [...selected.notes, ...notes],
    applied,
  };
}

/** The same judgement as `check` with this database, for what the statements lock. */
export async function judgeForTarget(
  { request, target }: Preparation,
  migrations: readonly Migration[],
): Promise<CheckReport> {
  const { database, ...rest } = request;
  request.onProgress({ kind: 'phase', text: `Predicting locks from the schema of ${target.words}` });
  const schema = { kind: 'auto', database: database.database, target: database.target } as const;
  const report = await check({ ...rest, sql: null, schema, style: false, baseline: null });
  const wanted = new Set(migrations.map(({ id }) => id));
  const judged = report.migrations.filter(({ id }) => wanted.has(id));
  return { ...report, migrations: judged, totals: countFindings(judged) };
}

/** Plans migrations with the locks that were predicted for them; null: nothing is known of those. */
export function planForTarget(
  { request, loaded, target }: Preparation,
  { change, project }: Pick<SelectedMigrations, 'change' | 'project'>,
  judged: CheckReport | null,
): ApplyPlan {
  const classified = new Map((judged?.migrations ?? []).map((migration) => [migration.id, migration]));
  const locks = new Map(
    change.flatMap(({ id, statements }) =>
      statements.map((statement, index) => [statement, classified.get(id)?.statements[index]?.locks ?? null] as const),
    ),
  );
  const { placeholders } = loaded.config.project;
  return buildPlan(change, {
    changeDigest: changeDigest(change, { transactionScope: project.transactionScope, placeholders }),
    limits: readApplyLimits(loaded.config.policy.limits, target.tier),
    locksOf: (statement) => locks.get(statement) ?? null,
    allowUndecidable: request.allowUndecidable,
  });
}
