import type { AlterTableCmd } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { LockMode } from '../../../model/locks.js';
import { type EffectContext, type EffectsOf, handleOf, type RelationHandle } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect, rewrite, scan } from '../effect-draft.js';

/** What ALTER TABLE is about to change. */
export interface AlterTarget {
  readonly handle: RelationHandle;
  /** The strongest that any sub-command asks for: all of them work under it. */
  readonly mode: LockMode;
  /** Whether children are changed too: without ONLY. */
  readonly recurse: boolean;
  /** All sub-commands of the statement, this one included. */
  readonly commands: readonly AlterTableCmd[];
  readonly context: EffectContext;
  readonly effectsOf: EffectsOf;
}

export type CommandEffects = (command: AlterTableCmd, target: AlterTarget) => EffectDraft;

/** The relation and, unless ONLY was said, everything below it. */
export function treeOf({
  handle,
  recurse,
  context,
}: Pick<AlterTarget, 'handle' | 'recurse' | 'context'>): readonly RelationHandle[] {
  return recurse ? [handle, ...descendantsOf(handle, context)] : [handle];
}

/** Partitions or inheritance children of all levels; empty when only the text is known. */
export function descendantsOf(handle: RelationHandle, context: EffectContext): readonly RelationHandle[] {
  if (context.graph === null || handle.facts === null) return [];
  return context.graph.descendants(handle.facts.oid).map(handleOf);
}

/** Partitions of all levels; inheritance children are none. */
export function partitionsOf(handle: RelationHandle, context: EffectContext): readonly RelationHandle[] {
  return handle.kind === 'partitioned table' ? descendantsOf(handle, context) : [];
}

export function lockEach(relations: readonly RelationHandle[], mode: LockMode): EffectDraft {
  return merge(...relations.map((relation) => lock(relation, mode)));
}

/** A lock on everything that the sub-command reaches. */
export function lockTree(target: AlterTarget): EffectDraft {
  return lockEach(treeOf(target), target.mode);
}

/** Reads those that hold rows here. A name alone does not tell whether rows are in the table or in its partitions. */
export function scanEach(relations: readonly RelationHandle[], certainty: Certainty = 'certain'): EffectDraft {
  return merge(
    ...relations.map((relation) => (holdsRows(relation) ? scan(relation, sureOf(relation, certainty)) : noEffect)),
  );
}

/** New files, filled by reading the old ones; every index is built anew. */
export function rewriteEach(
  relations: readonly RelationHandle[],
  context: EffectContext,
  certainty: Certainty = 'certain',
): EffectDraft {
  const stored = relations.filter(holdsRows);
  return merge(
    scanEach(stored, certainty),
    ...stored.map((relation) => rewrite(relation, sureOf(relation, certainty))),
    ...stored.map((relation) => lockIndexes(relation, context, certainty)),
  );
}

/** Every index, exclusively. */
export function lockIndexes(
  relation: RelationHandle,
  context: EffectContext,
  certainty: Certainty = 'certain',
): EffectDraft {
  if (context.graph === null || relation.facts === null) return noEffect;
  const indexes = context.graph.indexes(relation.facts.oid);
  return merge(...indexes.map((index) => lock(handleOf(index), 'AccessExclusiveLock', certainty)));
}

export function holdsRows({ kind }: RelationHandle): boolean {
  return kind === 'table' || kind === 'matview';
}

function sureOf(relation: RelationHandle, certainty: Certainty): Certainty {
  return relation.facts === null ? 'possible' : certainty;
}
