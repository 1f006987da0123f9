import { changeDigest } from '../../foundation/records/digest.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { MigrationClassification } from '../../model/classification.js';
import { type ApplyTarget, openTarget } from '../apply/open-target.js';
import { chooseWanted, type WantedMigrations } from '../choose-wanted.js';
import { openPreparation, planChange } from '../apply/plan-change.js';
import { check } from '../check.js';
import type { Clock } from '../clock.js';
import type { DatabaseChoice } from '../named-database.js';
import { loadConfigOf, type ProjectRequest } from '../project-request.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { type SelectedMigrations, selectMigrations } from '../select-migrations.js';

/** Which change on which target a signature is about. */
export interface ApprovedRequest extends ProjectRequest, WantedMigrations {
  readonly clock: Clock;
  /** A configured target: signatures name it. */
  readonly database: DatabaseChoice;
}

export interface DescribedChange {
  readonly loaded: LoadedConfig;
  readonly target: ApplyTarget & { readonly name: string };
  readonly selected: Pick<SelectedMigrations, 'project' | 'change' | 'notes'>;
  readonly classified: readonly MigrationClassification[];
  readonly changeDigest: string;
  /** The target was asked what it lacks. */
  readonly asked: boolean;
}

/**
 * What the target lacks, as `apply` sees it; or, without asking any database, the range that the selection names: whoever
 * approves need not be able to reach production. Without migrations where there is nothing to apply.
 */
export async function describeChange(request: ApprovedRequest): Promise<DescribedChange> {
  const loaded = await loadConfigOf(request);
  const target = requireNamed(openTarget(loaded, request.database, request.env));
  const { paths, pending, from, since, all } = request.selection;
  const isNamed = paths.length > 0 || all === true || [pending, from, since].some((one) => one !== undefined);
  return isNamed ? describeNamed(request, loaded, target) : describeUnapplied(request, target);
}

async function describeUnapplied(
  request: ApprovedRequest,
  target: DescribedChange['target'],
): Promise<DescribedChange> {
  const preparation = await openPreparation({ ...request, allowUndecidable: true, onEvent: () => undefined });
  await using session = preparation.session;
  const { selected, planned } = await planChange({ ...preparation, session }, request);
  return {
    loaded: preparation.loaded,
    target,
    selected,
    classified: planned?.judged.migrations ?? [],
    changeDigest: planned?.plan.changeDigest ?? '',
    asked: true,
  };
}

async function describeNamed(
  request: ApprovedRequest,
  loaded: LoadedConfig,
  target: DescribedChange['target'],
): Promise<DescribedChange> {
  const { format, dir, placeholders } = loaded.config.project;
  const { cwd, selection, database } = request;
  const schema = { kind: 'text', database: null, target: database.target } as const;
  const report = await check({ ...request, sql: null, schema, style: false, baseline: null });
  const range = await selectMigrations({ cwd, dir, format, placeholders }, selection, null);
  const selected = chooseWanted(range, request);
  const wanted = new Set(selected.change.map(({ id }) => id));
  const { transactionScope } = selected.project;
  return {
    loaded,
    target,
    selected,
    classified: report.migrations.filter(({ id }) => wanted.has(id)),
    changeDigest: changeDigest(selected.change, { transactionScope, placeholders }),
    asked: false,
  };
}

function requireNamed(target: ApplyTarget): DescribedChange['target'] {
  const { name } = target;
  if (name !== null) return { ...target, name };
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'A signature names a target of the configuration, and a connection string was given.',
    remedy: 'Give the database a name under targets, and say --target NAME.',
    effect: 'none',
  });
}
