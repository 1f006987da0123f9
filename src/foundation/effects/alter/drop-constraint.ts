import { droppedWith, locksOfDropped, wholeObject } from '../definition/dropped-with.js';
import { merge, noEffect } from '../effect-draft.js';
import { type CommandEffects, lockTree } from './alter-target.js';
import { childrenSpared } from './drop-column.js';
import { findConstraint, isInherited } from './named-constraint.js';

/** A foreign key goes from both its tables, a key takes its index and what refers to it along. */
export const dropConstraint: CommandEffects = ({ name }, target) => {
  const { graph } = target.context;
  const constraint = findConstraint(name, target);
  if (graph === null || constraint === null) return noEffect;
  const dropped = droppedWith([wholeObject('pg_constraint', constraint.oid)], graph);
  const tree = isInherited(constraint) ? merge(lockTree(target), childrenSpared(target)) : noEffect;
  return merge(tree, locksOfDropped(dropped, graph));
};
