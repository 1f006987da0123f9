import { droppedWith, locksOfDropped, wholeObject } from '../definition/dropped-with.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaConstraint } from '../../../model/schema.js';
import { type AlterTarget, type CommandEffects, lockEach, lockTree, partitionsOf } from './alter-target.js';
import { childrenSpared } from './drop-column.js';
import { findConstraint, isInherited } from './named-constraint.js';

/**
 * A foreign key goes from both its tables, a key takes its index and what refers to it along. That nobody uses the
 * partitions is made sure of before the constraint is looked for, ONLY or not.
 */
export const dropConstraint: CommandEffects = ({ name }, target) => {
  const partitions = lockEach(partitionsOf(target.handle, target.context), target.mode);
  const constraint = findConstraint(name, target);
  return constraint === null ? partitions : merge(partitions, dropFound(constraint, target));
};

function dropFound(constraint: SchemaConstraint, target: AlterTarget): EffectDraft {
  const { graph } = target.context;
  if (graph === null) return noEffect;
  const dropped = droppedWith([wholeObject('pg_constraint', constraint.oid)], graph);
  const tree = isInherited(constraint) ? merge(lockTree(target), childrenSpared(target)) : noEffect;
  // One that is not enforced has no triggers there, and yet its table is opened.
  const referenced = graph.relation(constraint.referenced ?? '');
  return merge(
    tree,
    locksOfDropped(dropped, graph),
    referenced === null ? noEffect : lock(handleOf(referenced), target.mode),
  );
}
