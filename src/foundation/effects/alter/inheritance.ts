import { handleOf, resolveRelation } from '../effect-context.js';
import { lock, merge, noEffect } from '../effect-draft.js';
import { splitName, typeNameParts } from '../tree-names.js';
import { type CommandEffects, descendantsOf, lockEach } from './alter-target.js';

/** The parent may be read and written meanwhile; the children are looked through for a circle. */
export const addInherit: CommandEffects = ({ def }, { handle, context }) => {
  if (def === undefined || !('RangeVar' in def)) return noEffect;
  return merge(
    lock(resolveRelation(def.RangeVar, context), 'ShareUpdateExclusiveLock'),
    lockEach(descendantsOf(handle, context), 'AccessShareLock'),
  );
};

export const dropInherit: CommandEffects = ({ def }, { context }) =>
  def !== undefined && 'RangeVar' in def ? lock(resolveRelation(def.RangeVar, context), 'AccessShareLock') : noEffect;

export const addOf: CommandEffects = ({ def }, { context }) => {
  if (def === undefined || !('TypeName' in def) || context.graph === null) return noEffect;
  const { schema, name } = splitName(typeNameParts(def.TypeName));
  const relation = context.graph.relation(context.graph.findType(schema, name, context.searchPath)?.relation ?? '');
  return lock(relation === null ? null : handleOf(relation), 'AccessShareLock');
};
