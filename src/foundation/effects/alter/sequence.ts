import type { AlterSeqStmt } from '@pgsql/types';
import { nameParts } from '../tree-names.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { ifThere } from './alter-table.js';

/** ALTER SEQUENCE: others may not draw from it meanwhile. */
export function alterSequence(statement: AlterSeqStmt, context: EffectContext): EffectDraft {
  const sequence = resolveRelation(statement.sequence ?? {}, context, 'sequence');
  if (sequence === null) return noEffect;
  return ifThere(statement, context, merge(lock(sequence, 'ShareRowExclusiveLock'), lockOwner(statement, context)));
}

/** OWNED BY table.column, or NONE. */
function lockOwner({ options }: AlterSeqStmt, context: EffectContext): EffectDraft {
  const owned = (options ?? []).flatMap((option) =>
    'DefElem' in option && option.DefElem.defname === 'owned_by' ? nameParts(option.DefElem.arg) : [],
  );
  const relname = owned.at(-2);
  if (relname === undefined) return noEffect;
  const schemaname = owned.at(-3);
  const relation = { relname, ...(schemaname === undefined ? {} : { schemaname }) };
  return lock(resolveRelation(relation, context), 'AccessShareLock');
}
