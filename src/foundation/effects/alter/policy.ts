import type { AlterPolicyStmt } from '@pgsql/types';
import { analysisLocks } from '../definition/named-relations.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge } from '../effect-draft.js';

/** The table, and what the new conditions name. */
export function alterPolicy({ table, qual, with_check }: AlterPolicyStmt, context: EffectContext): EffectDraft {
  return merge(
    lock(resolveRelation(table ?? {}, context), 'AccessExclusiveLock'),
    analysisLocks([qual, with_check], context),
  );
}
