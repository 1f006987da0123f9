import { printPlan, type PrintOptions } from '../../during/apply/plan/print-plan.js';
import { openWritableState } from '../../foundation/history/open-writable-state.js';
import { keepsState } from '../../foundation/project/project-state.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { tool } from '../tool-version.js';
import { type Preparation, stateOptionsOf } from './prepare.js';
import { refuseUnwritable } from './tool-state.js';

/**
 * What a run would do, as SQL for psql. Reads the table of the team's tool, and writes nothing.
 * @throws ChangeSafetyError `apply-refused` when a row cannot be written as the tool would.
 */
export async function printScript(
  preparation: Preparation,
  { plan, selected }: { readonly plan: ApplyPlan; readonly selected: SelectedMigrations },
): Promise<string> {
  const { target, loaded } = preparation;
  const ids = selected.change.map(({ id }) => id);
  const account = await openAccount(preparation, selected, plan.direction);
  const head = [
    `${tool.name} ${tool.version}: what apply would do in ${target.words}, as SQL for psql. Nothing was done.`,
    ids.length === 0
      ? 'Nothing is to be done.'
      : `Migrations: ${ids.join(', ')}; change ${plan.changeDigest.slice(0, 12)}`,
    'Each step is tried once here; apply tries again within its budget, watches who waits, and keeps a ledger.',
    ...account.remarks,
  ];
  const { create, recordApplied } = account;
  const searchPath = target.tenant?.searchPath ?? null;
  const script = printPlan(plan, { head, role: target.role, searchPath, create, recordApplied });
  const shown = redactSecrets(script, loaded.secrets);
  return shown === script ? script : `-- Values that are secret are hidden: this cannot be run as it stands.\n${shown}`;
}

type Account = Pick<PrintOptions, 'create' | 'recordApplied'> & { readonly remarks: readonly string[] };

async function openAccount(
  preparation: Preparation,
  { project, change }: SelectedMigrations,
  direction: ApplyPlan['direction'],
): Promise<Account> {
  if (!keepsState(project)) {
    const remarks = [
      'No tool keeps an account of these migrations: write it down afterwards with `lockkeeper baseline`, or apply runs them again.',
    ];
    return { create: [], recordApplied: () => [], remarks };
  }
  const state = await openWritableState(preparation.session, project, stateOptionsOf(preparation));
  if (direction === 'up') refuseUnwritable(state, change);
  const byId = new Map(change.map((migration) => [migration.id, migration]));
  return {
    create: state.create,
    recordApplied: (id) => {
      const migration = byId.get(id);
      if (migration === undefined) return [];
      return direction === 'up' ? state.recordApplied({ migration, durationMs: 0 }) : state.recordReverted(migration);
    },
    remarks: [],
  };
}
