import type { Constraint } from '@pgsql/types';
import { resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { type AlterTarget, lockEach, partitionsOf, scanEach } from './alter-target.js';

/** The table that a new foreign key points to, and its partitions: all get triggers. */
export function lockReferenced({ pktable }: Constraint, { context, commands }: AlterTarget): EffectDraft {
  const referenced = resolveRelation(pktable ?? {}, context);
  if (referenced === null) return noEffect;
  const replaces = context.graph === null && commands.some(({ subtype }) => subtype === 'AT_DropConstraint');
  return merge(
    lockEach([referenced, ...partitionsOf(referenced, context)], 'ShareRowExclusiveLock'),
    // The constraint that goes may be the same key under its old rules.
    replaces ? lock(referenced, 'AccessExclusiveLock', 'possible') : noEffect,
  );
}

/** ADD FOREIGN KEY. */
export function addForeignKey(key: Constraint, target: AlterTarget): EffectDraft {
  const { handle, mode, context } = target;
  const checksRows = key.skip_validation !== true && key.is_enforced !== false;
  return merge(
    lockEach(partitionsOf(handle, context), mode),
    lockReferenced(key, target),
    checksRows ? scanForKey(key, target) : noEffect,
  );
}

/** Rows are checked by a query: which way the referenced table is read, a plan decides. */
export function scanForKey({ pktable }: Constraint, { handle, context }: AlterTarget): EffectDraft {
  const referenced = resolveRelation(pktable ?? {}, context);
  return merge(
    scanEach([handle, ...partitionsOf(handle, context)]),
    referenced === null ? noEffect : scanEach([referenced, ...partitionsOf(referenced, context)], 'possible'),
  );
}
