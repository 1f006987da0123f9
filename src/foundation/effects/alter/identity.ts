import { handleOf } from '../effect-context.js';
import { lock, merge, noEffect } from '../effect-draft.js';
import { type CommandEffects, lockEach, partitionsOf } from './alter-target.js';

/** Partitions share an identity column since 17. DROP takes the sequence away, SET changes it. */
export const alterIdentity: CommandEffects = ({ subtype, name }, { handle, mode, recurse, context }) => {
  const { graph, major } = context;
  if (graph === null || handle.facts === null) return noEffect;
  const isIdentity = handle.facts.columns.some((column) => column.name === name && column.identity);
  const sequences = graph.sequencesOwnedBy(handle.facts.oid).filter(({ ownedBy }) => ownedBy?.column === name);
  const sequenceMode = subtype === 'AT_DropIdentity' ? 'AccessExclusiveLock' : 'ShareRowExclusiveLock';
  return merge(
    major >= 17 && recurse ? lockEach(partitionsOf(handle, context), mode) : noEffect,
    subtype === 'AT_AddIdentity' || !isIdentity ? noEffect : lockEach(sequences.map(handleOf), sequenceMode),
    lock(handle, mode),
  );
};
