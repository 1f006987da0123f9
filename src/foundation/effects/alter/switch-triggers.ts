import type { AlterTableCmd } from '@pgsql/types';
import { noEffect } from '../effect-draft.js';
import { type AlterTarget, type CommandEffects, lockEach, partitionsOf } from './alter-target.js';
import { constraintsOf } from './named-constraint.js';

/** Row triggers of a partitioned table live on its partitions too; those of inheritance parents do not. */
export const switchTriggers: CommandEffects = (command, target) =>
  target.recurse && reachesPartitions(command, target)
    ? lockEach(partitionsOf(target.handle, target.context), target.mode)
    : noEffect;

function reachesPartitions({ subtype, name }: AlterTableCmd, { handle, context }: AlterTarget): boolean {
  const ofRows = (handle.facts?.triggers ?? []).filter(({ forEachRow }) => forEachRow);
  if (name !== undefined) return ofRows.some((trigger) => trigger.name === name);
  const user = subtype === 'AT_EnableTrigUser' || subtype === 'AT_DisableTrigUser';
  return ofRows.length > 0 || (!user && hasOwnTriggers({ handle, context }));
}

/** Foreign keys of either side and deferrable keys are kept by triggers of the server's own. */
function hasOwnTriggers({ handle, context }: Pick<AlterTarget, 'handle' | 'context'>): boolean {
  const { graph } = context;
  const own = constraintsOf(handle, graph).some(
    ({ kind, deferrable, enforced }) => (kind === 'foreign key' && enforced) || (deferrable && kind !== 'trigger'),
  );
  const pointing = graph === null || handle.facts === null ? [] : graph.foreignKeysTo(handle.facts.oid);
  return own || pointing.some(({ enforced }) => enforced);
}
