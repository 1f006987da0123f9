import type { ObjectAddress } from '../../../model/schema.js';
import { droppedWith, locksOfDropped } from '../definition/dropped-with.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { type CommandEffects, lockEach, lockTree, treeOf } from './alter-target.js';

/** DROP COLUMN, and DROP ATTRIBUTE of a composite type: what hangs on the column goes with it. */
export const dropColumn: CommandEffects = ({ name }, target) => {
  const { graph } = target.context;
  if (graph === null) return noEffect;
  const columns = treeOf(target).flatMap(({ facts }): readonly ObjectAddress[] => {
    const column = facts?.columns.find((one) => one.name === name);
    return facts == null || column === undefined
      ? []
      : [{ catalog: 'pg_class', oid: facts.oid, column: column.number }];
  });
  if (columns.length === 0) return noEffect;
  return merge(lockTree(target), childrenSpared(target), locksOfDropped(droppedWith(columns, graph), graph));
};

/** Under ONLY the nearest children keep what was inherited, but must be told that it is theirs now. */
export function childrenSpared({ handle, recurse, mode, context }: Parameters<CommandEffects>[1]): EffectDraft {
  if (recurse || context.graph === null || handle.facts === null) return noEffect;
  return lockEach(context.graph.children(handle.facts.oid).map(handleOf), mode);
}
