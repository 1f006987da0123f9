import { type EffectContext, handleOf, type RelationHandle } from '../effect-context.js';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { roleName } from '../role-names.js';
import { type CommandEffects, lockEach, lockIndexes } from './alter-target.js';

/** To its present owner: nothing more than the lock. */
export const changeOwner: CommandEffects = ({ newowner }, { handle, context }) =>
  handle.facts === null || handle.facts.owner === roleName(newowner, context)
    ? noEffect
    : merge(lockIndexes(handle, context), lockOwnedSequences(handle, context));

/** Sequences of serial and identity columns share the owner, the schema and the persistence of their table. */
export function lockOwnedSequences({ facts }: RelationHandle, { graph }: EffectContext): EffectDraft {
  return facts === null || graph === null
    ? noEffect
    : lockEach(graph.sequencesOwnedBy(facts.oid).map(handleOf), 'AccessExclusiveLock');
}
