import { loadParser } from '../../foundation/sql/parse.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { CheckReport } from '../../model/check.js';
import { loadConfigOf } from '../project-request.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { chooseWanted, type WantedMigrations } from '../choose-wanted.js';
import type { ChangeRequest } from './change-request.js';
import { openTarget, refusePooler, refuseRoleOutside } from './open-target.js';
import { withoutEarlierSteps } from './partly-applied.js';
import { judgeForTarget, planForTarget, type Preparation, selectForTarget } from './prepare.js';
import { refuseDisagreement, refusePlan } from './refusals.js';
import { withTenantRefusals } from './tenant-refusals.js';

/** Opens what a verb is to change; the session is the first thing that has to be closed afterwards. */
export async function openPreparation(request: ChangeRequest): Promise<Preparation> {
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  await loadParser();
  const session = await target.connect('lockkeeper apply');
  try {
    await refusePooler(session, target);
    await refuseRoleOutside(session, target);
  } catch (cause) {
    await session[Symbol.asyncDispose]();
    throw cause;
  }
  return { request, loaded, target, session };
}

export interface PlannedChange {
  readonly selected: SelectedMigrations;
  /** Null when there is nothing to apply. */
  readonly planned: { readonly plan: ApplyPlan; readonly judged: CheckReport } | null;
}

/** What a target lacks, judged and planned. @throws ChangeSafetyError for what may not be applied. */
export async function planChange(preparation: Preparation, wanted: WantedMigrations): Promise<PlannedChange> {
  const selected = await selectWanted(preparation, wanted);
  await refuseDisagreement(preparation.session, selected, preparation.target);
  if (selected.change.length === 0) return { selected, planned: null };
  const judged = await judgeForTarget(preparation, selected.change);
  const plan = await refineForTarget(planForTarget(preparation, selected, judged), preparation);
  refusePlan(plan);
  return { selected, planned: { plan, judged } };
}

/** Without what an earlier run did; with what may not be done for a tenant. */
export async function refineForTarget(plan: ApplyPlan, { session, target }: Preparation): Promise<ApplyPlan> {
  const left = await withoutEarlierSteps(plan, session);
  const { tenant, tenants } = target;
  return tenant === null ? left : withTenantRefusals(left, session, { place: tenant, others: tenants });
}

export async function selectWanted(preparation: Preparation, wanted: WantedMigrations): Promise<SelectedMigrations> {
  return chooseWanted(await selectForTarget(preparation), wanted);
}
