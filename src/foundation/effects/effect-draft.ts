import type { Certainty, LockRequest, PredictedRelation, StatementEffects } from '../../model/effects.js';
import type { LockMode } from '../../model/locks.js';
import type { RelationHandle } from './effect-context.js';

/** Effects while they are put together; what refuses a transaction block is known by the statement alone. */
export type EffectDraft = Omit<StatementEffects, 'transactionBlock'>;

const none: readonly never[] = [];

export const noEffect: EffectDraft = { locks: none, rewrites: none, scans: none, unanalysed: none };

function draftOf({ locks = none, rewrites = none, scans = none, unanalysed: reasons = none }: Partial<EffectDraft>) {
  return { locks, rewrites, scans, unanalysed: reasons };
}

/** A relation that is not there is not locked. */
export function lock(relation: RelationHandle | null, mode: LockMode, certainty: Certainty = 'certain'): EffectDraft {
  if (relation === null) return noEffect;
  return draftOf({ locks: [{ relation: relation.name, kind: relation.kind, mode, certainty }] });
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
  return draftOf({ locks: [request] });
}

export function rewrite(relation: RelationHandle | null, certainty: Certainty = 'certain'): EffectDraft {
  return relation === null ? noEffect : draftOf({ rewrites: [{ relation: relation.name, certainty }] });
}

export function scan(relation: RelationHandle | null, certainty: Certainty = 'certain'): EffectDraft {
  return relation === null ? noEffect : draftOf({ scans: [{ relation: relation.name, certainty }] });
}

export function unanalysed(reason: string): EffectDraft {
  return draftOf({ unanalysed: [reason] });
}

/** All together; what one part is certain of is certain. Nearly always one part at most has any effect. */
export function merge(...drafts: readonly EffectDraft[]): EffectDraft {
  const parts = drafts.filter((draft) => draft !== noEffect);
  const [only] = parts;
  if (only === undefined) return noEffect;
  if (parts.length === 1 && isUnited(only)) return only;
  const reasons = join(parts, (draft) => draft.unanalysed);
  return {
    locks: unite(
      join(parts, (draft) => draft.locks),
      (request, other) => request.relation === other.relation && request.mode === other.mode,
      (request) => `${request.relation} ${request.mode}`,
    ),
    rewrites: uniteRelations(join(parts, (draft) => draft.rewrites)),
    scans: uniteRelations(join(parts, (draft) => draft.scans)),
    unanalysed: reasons.length < 2 ? reasons : [...new Set(reasons)],
  };
}

/** Nothing in it can be there twice. */
function isUnited({ locks, rewrites, scans, unanalysed: reasons }: EffectDraft): boolean {
  return locks.length < 2 && rewrites.length < 2 && scans.length < 2 && reasons.length < 2;
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
  let joined: readonly T[] = none;
  for (const draft of drafts) {
    const list = listOf(draft);
    if (list.length > 0) joined = joined.length === 0 ? list : [...joined, ...list];
  }
  return joined;
}

function uniteRelations(relations: readonly PredictedRelation[]): readonly PredictedRelation[] {
  return unite(
    relations,
    (relation, other) => relation.relation === other.relation,
    (relation) => relation.relation,
  );
}

/** Fewer are compared with each other in less time than it takes to write down their keys. */
const manyItems = 8;

function unite<T extends { readonly certainty: Certainty }>(
  items: readonly T[],
  isSame: (item: T, other: T) => boolean,
  keyOf: (item: T) => string,
): readonly T[] {
  if (items.length < 2) return items;
  if (items.length >= manyItems) return uniteByKey(items, keyOf);
  const united: T[] = [];
  for (const item of items) {
    const at = united.findIndex((known) => isSame(known, item));
    if (at < 0) united.push(item);
    else if (isSurer(item, united[at])) united[at] = item;
  }
  return united;
}

function uniteByKey<T extends { readonly certainty: Certainty }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const united = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!united.has(key) || isSurer(item, united.get(key))) united.set(key, item);
  }
  return [...united.values()];
}

function isSurer(
  item: { readonly certainty: Certainty },
  known: { readonly certainty: Certainty } | undefined,
): boolean {
  return known?.certainty === 'possible' && item.certainty === 'certain';
}
