import type { Complexity } from '../../../model/migration.js';
import type { LockRequest } from '../../../model/effects.js';
import { blockedTraffic } from '../../../model/locks.js';
import type { JudgedMigration } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';
import { demands } from './required-controls.js';

/** What users feel, as far as it can be told before: nothing, an instant, or as long as the level usually takes. */
export function expectedDowntime({ statements, contexts }: JudgedMigration, level: Complexity): string {
  let blocks = false;
  for (const [position, { node, effects }] of statements.entries()) {
    const context = contexts[position] as RuleContext;
    const isFelt = ({ relation, mode, created }: LockRequest): boolean =>
      created !== true && blockedTraffic(mode) !== 'none' && context.existing(relation);
    if (!effects.locks.some(isFelt) && !context.held.some(isFelt)) continue;
    blocks = true;
    // TRUNCATE makes new, empty files.
    const works = !('TruncateStmt' in node) && (effects.rewrites.length > 0 || effects.scans.length > 0);
    if (works) return demands[level === 'LOW' ? 'MEDIUM' : level].expectedDowntime;
  }
  return blocks ? 'an instant, once the lock is granted' : 'none';
}
