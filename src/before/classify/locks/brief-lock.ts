import type { JudgedStatement } from '../judged-statement.js';
import type { Hit } from '../rule.js';
import type { RuleContext } from '../rule-context.js';
import { blockedTables, describeBlocked } from './blocked-relations.js';
import { isGuarded, withLockTimeout } from './lock-guard.js';

/**
 * A statement that needs its lock for a moment only, and has no gentler form: it is harmful while it queues without a
 * limit, because everybody else queues behind it.
 */
export function briefLockHits(judged: JudgedStatement, context: RuleContext, words: string): readonly Hit[] {
  if (isGuarded(context)) return [];
  const [first] = blockedTables(judged, context);
  if (first === undefined) return [];
  return [
    {
      message: `${describeBlocked(first)} wait for ${words}, and for every long query that it queues behind.`,
      relation: first.relation,
      instead: withLockTimeout(judged.statement.sql),
      certainty: first.certainty,
    },
  ];
}
