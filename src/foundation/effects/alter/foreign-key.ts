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

/** ADD FOREIGN KEY. Which way the referenced table is read when rows are checked, a plan decides. */
export function addForeignKey(key: Constraint, target: AlterTarget): EffectDraft {
  const { handle, mode, context } = target;
  const referenced = resolveRelation(key.pktable ?? {}, context);
  const partitions = partitionsOf(handle, context);
  const checksRows = key.skip_validation !== true && key.is_enforced !== false;
  return merge(
    lockEach(partitions, mode),
    lockReferenced(key, target),
    checksRows ? scanEach([handle, ...partitions]) : noEffect,
    checksRows && referenced !== null
      ? scanEach([referenced, ...partitionsOf(referenced, context)], 'possible')
      : noEffect,
  );
}
