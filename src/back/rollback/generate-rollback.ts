import type { Script } from '../../model/migration.js';
import { invertChange } from './invert/invert-change.js';
import type { RollbackStatement } from './invert/inversion.js';
import type { ChangeSeen, GeneratedRollback } from './prove/way-back.js';

/** The rollback of a change that was seen on a stage, from what the catalog showed before and after. */
export function generateRollback({ migration, before, after }: ChangeSeen): GeneratedRollback {
  const { steps, declared, refused } = invertChange(before.snapshot, after.snapshot, {
    addresses: { before: before.addresses, after: after.addresses },
  });
  if (refused.length > 0) {
    return { kind: 'refused', reason: refused.map(({ about, reason }) => `${about}: ${reason}`).join('; ') };
  }
  const notes = declared.map(({ about, reason }) => `${about}: ${reason}`);
  return { kind: 'script', script: toScript(`rollback of ${migration.path}`, steps), notes };
}

/** One transaction where PostgreSQL allows that. */
function toScript(path: string, steps: readonly RollbackStatement[]): Script {
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
