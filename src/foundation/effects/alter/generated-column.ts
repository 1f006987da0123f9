import { merge } from '../effect-draft.js';
import { type CommandEffects, lockTree, rewriteEach, treeOf } from './alter-target.js';

/** Stored values are computed anew; virtual ones were never stored. */
export const setExpression: CommandEffects = ({ name }, target) => {
  const stored = treeOf(target).filter(({ facts }) => {
    const column = facts?.columns.find((one) => one.name === name);
    return facts === null || column?.generated === 'stored';
  });
  return merge(lockTree(target), rewriteEach(stored, target.context));
};
