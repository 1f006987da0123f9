import type { RoleSpec } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import { handleOf, type RelationHandle } from '../effect-context.js';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import type { EffectContext } from '../effect-context.js';
import { type CommandEffects, lockEach, lockIndexes } from './alter-target.js';

/** To its present owner: nothing more than the lock. */
export const changeOwner: CommandEffects = ({ newowner }, { handle, context }) =>
  handle.facts === null || isRole(newowner, handle.facts.owner)
    ? noEffect
    : atMost(sureOf(newowner), merge(lockIndexes(handle, context), lockOwnedSequences(handle, context)));

/** Sequences of serial and identity columns share the owner, the schema and the persistence of their table. */
export function lockOwnedSequences({ facts }: RelationHandle, { graph }: EffectContext): EffectDraft {
  return facts === null || graph === null
    ? noEffect
    : lockEach(graph.sequencesOwnedBy(facts.oid).map(handleOf), 'AccessExclusiveLock');
}

/** Who CURRENT_USER is does not stand in the statement. */
function sureOf(role: RoleSpec | undefined): Certainty {
  return role?.roletype === 'ROLESPEC_CSTRING' ? 'certain' : 'possible';
}

function isRole(role: RoleSpec | undefined, name: string): boolean {
  return role?.roletype === 'ROLESPEC_CSTRING' && role.rolename === name;
}
