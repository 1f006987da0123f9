import { readerOf } from '../../foundation/catalog/snapshot/read-snapshot.js';
import type { Migration, Script } from '../../model/migration.js';
import { dropMadeRoles } from './drop-made-roles.js';
import type { Inversion, RollbackStatement } from './invert/inversion.js';
import { invertChange } from './invert/invert-change.js';
import { defaultKeepLimits, type KeepLimits } from './keep/keep-schema.js';
import { keepRemarks } from './keep/keep-remarks.js';
import { type KeepPlan, planKeep } from './keep/plan-keep.js';
import { withKeptData } from './keep/weave-kept-data.js';
import { writtenTables } from './keep/written-tables.js';
import { setsPositions } from './prove/script-words.js';
import type { ChangeSeen, GeneratedRollback, KeepScripts } from './prove/way-back.js';

export interface GenerateOptions {
  /** Tables that are empty on the stage may have rows elsewhere: what they would lose is kept too. */
  readonly keepsEmpty?: boolean;
  /** How much is kept, and for how long. */
  readonly limits?: KeepLimits;
}

/**
 * The rollback of a change that was seen on a stage, from what the catalog showed before and after, with what has to be
 * kept of the rows that were there.
 */
export function generateRollback(
  { migration, before, after }: ChangeSeen,
  { keepsEmpty = false, limits = defaultKeepLimits }: GenerateOptions = {},
): GeneratedRollback {
  const hints = {
    addresses: { before: before.addresses, after: after.addresses },
    setsPositions: setsPositions([migration]),
    maker: readerOf(before.snapshot),
  };
  const inversion = invertChange(before.snapshot, after.snapshot, hints);
  const plan = planKeep({
    change: migration.id,
    before: before.snapshot,
    after: after.snapshot,
    inversion,
    hints,
    written: writtenTables(before, after, migration),
    rows: new Map(before.data.map(({ relation, rows }) => [relation, rows])),
    limits,
    keepsEmpty,
  });
  const refused = [...inversion.refused, ...plan.notKept];
  if (refused.length > 0) {
    return { kind: 'refused', reason: refused.map(({ about, reason }) => `${about}: ${reason}`).join('; ') };
  }
  const { steps, declared } = withoutMadeRoles(withKeptData(inversion, plan, before.snapshot), migration);
  return {
    kind: 'script',
    script: toScript(`rollback of ${migration.path}`, steps),
    keep: keepScripts(plan, migration, limits),
    notes: [
      ...declared.map(({ about, reason }) => `${about}: ${reason}`),
      ...plan.tables.map(({ relation }) => `rows of ${relation} are kept before the change`),
    ],
  };
}

/** Roles go last, when nothing that the change made speaks of them any more. */
function withoutMadeRoles(inversion: Inversion, migration: Migration): Inversion {
  const { steps, declared } = dropMadeRoles(migration);
  return { ...inversion, steps: [...inversion.steps, ...steps], declared: [...inversion.declared, ...declared] };
}

function keepScripts(plan: KeepPlan, { id, path }: Migration, { days }: KeepLimits): KeepScripts | null {
  if (plan.tables.length === 0) return null;
  return {
    preserve: toScript(`what is kept before ${path}`, together(plan.preserve)),
    afterUp: toScript(`what is kept behind ${path}`, together(plan.afterUp)),
    remarks: keepRemarks(plan, { change: id, days }),
  };
}

/** One transaction where PostgreSQL allows that. */
function toScript(path: string, steps: readonly Pick<RollbackStatement, 'sql' | 'transactional'>[]): Script {
  const alone = steps.some(({ transactional }) => !transactional);
  return {
    path,
    transaction: alone
      ? { mode: 'none', reason: 'a statement of it refuses a transaction block' }
      : { mode: 'single', reason: 'all of it can be undone together' },
    statements: steps.map(({ sql }, index) => ({
      sql,
      span: { path, line: index + 1, column: 1, endLine: index + 1 },
      copyData: null,
    })),
  };
}

function together(statements: readonly string[]): readonly Pick<RollbackStatement, 'sql' | 'transactional'>[] {
  return statements.map((sql) => ({ sql, transactional: true }));
}
