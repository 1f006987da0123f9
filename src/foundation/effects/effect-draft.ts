import type { Certainty, LockRequest, PredictedRelation, StatementEffects } from '../../model/effects.js';
import type { LockMode } from '../../model/locks.js';
import type { RelationHandle } from './effect-context.js';

/** Effects while they are put together; what refuses a transaction block is known by the statement alone. */
export type EffectDraft = Omit<StatementEffects, 'transactionBlock'>;

export const noEffect: EffectDraft = { locks: [], rewrites: [], scans: [], unanalysed: [] };

/** A relation that is not there is not locked. */
export function lock(relation: RelationHandle | null, mode: LockMode, certainty: Certainty = 'certain'): EffectDraft {
  if (relation === null) return noEffect;
  return { ...noEffect, locks: [{ relation: relation.name, kind: relation.kind, mode, certainty }] };
}

/** The lock on what the statement makes. */
export function lockCreated(relation: RelationHandle, mode: LockMode): EffectDraft {
  const request: LockRequest = {
    relation: relation.name,
    kind: relation.kind,
    mode,
    created: true,
    certainty: 'certain',
  };
  return { ...noEffect, locks: [request] };
}

export function rewrite(relation: RelationHandle | null, certainty: Certainty = 'certain'): EffectDraft {
  return relation === null ? noEffect : { ...noEffect, rewrites: [{ relation: relation.name, certainty }] };
}

export function scan(relation: RelationHandle | null, certainty: Certainty = 'certain'): EffectDraft {
  return relation === null ? noEffect : { ...noEffect, scans: [{ relation: relation.name, certainty }] };
}

export function unanalysed(reason: string): EffectDraft {
  return { ...noEffect, unanalysed: [reason] };
}

/** All together; what one part is certain of is certain. */
export function merge(...drafts: readonly EffectDraft[]): EffectDraft {
  const reasons = join(drafts, (draft) => draft.unanalysed);
  return {
    locks: unite(
      join(drafts, (draft) => draft.locks),
      (request) => `${request.relation} ${request.mode}`,
    ),
    rewrites: uniteRelations(join(drafts, (draft) => draft.rewrites)),
    scans: uniteRelations(join(drafts, (draft) => draft.scans)),
    unanalysed: reasons.length < 2 ? reasons : [...new Set(reasons)],
  };
}

/** The same effects, as far as they come about at all: on a path through code, or only if there are rows. */
export function atMost(certainty: Certainty, draft: EffectDraft): EffectDraft {
  if (certainty === 'certain') return draft;
  return {
    ...draft,
    locks: draft.locks.map((request) => ({ ...request, certainty })),
    rewrites: draft.rewrites.map((relation) => ({ ...relation, certainty })),
    scans: draft.scans.map((relation) => ({ ...relation, certainty })),
  };
}

/** One list of all drafts together. Most are empty in most drafts, and nothing is copied for those. */
function join<T>(drafts: readonly EffectDraft[], listOf: (draft: EffectDraft) => readonly T[]): readonly T[] {
  let joined: readonly T[] = [];
  for (const draft of drafts) {
    const list = listOf(draft);
    if (list.length > 0) joined = joined.length === 0 ? list : [...joined, ...list];
  }
  return joined;
}

function uniteRelations(relations: readonly PredictedRelation[]): readonly PredictedRelation[] {
  return unite(relations, (relation) => relation.relation);
}

function unite<T extends { readonly certainty: Certainty }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  if (items.length < 2) return items;
  const united = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const known = united.get(key);
    if (known === undefined || (known.certainty === 'possible' && item.certainty === 'certain')) united.set(key, item);
  }
  return [...united.values()];
}
