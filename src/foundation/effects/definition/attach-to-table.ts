import type {
  CreatePolicyStmt,
  CreatePublicationStmt,
  CreateSeqStmt,
  CreateStatsStmt,
  CreateTrigStmt,
  PublicationObjSpec,
  RuleStmt,
} from '@pgsql/types';
import { type EffectContext, handleOf, newRelation, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, lockCreated, merge, noEffect } from '../effect-draft.js';
import { nameParts, rangeVars, relationNamed } from '../tree-names.js';
import { alreadyThere, placed } from './create-table.js';
import { analysisLocks } from './named-relations.js';

/** A rule changes what a query means, so nobody may run one. */
export function createRuleEffects(create: RuleStmt, context: EffectContext): EffectDraft {
  return merge(
    lock(resolveRelation(create.relation ?? {}, context), 'AccessExclusiveLock'),
    analysisLocks([create.whereClause, create.actions], context),
  );
}

/** Row triggers of a partitioned table are made for each of its partitions. */
export function createTriggerEffects(create: CreateTrigStmt, context: EffectContext): EffectDraft {
  const table = resolveRelation(create.relation ?? {}, context);
  const spread = create.row === true && table?.facts?.kind === 'partitioned table';
  const below = spread ? (context.graph?.descendants(table.facts.oid) ?? []) : [];
  return merge(
    lock(table, 'ShareRowExclusiveLock'),
    ...below.map((partition) => lock(handleOf(partition), 'ShareRowExclusiveLock')),
    create.constrrel === undefined ? noEffect : lock(resolveRelation(create.constrrel, context), 'AccessShareLock'),
  );
}

export function createPolicyEffects(create: CreatePolicyStmt, context: EffectContext): EffectDraft {
  return merge(
    lock(resolveRelation(create.table ?? {}, context), 'AccessExclusiveLock'),
    analysisLocks([create.qual, create.with_check], context),
  );
}

export function createStatisticsEffects(create: CreateStatsStmt, context: EffectContext): EffectDraft {
  return merge(
    ...rangeVars(create.relations).map((table) => lock(resolveRelation(table, context), 'ShareUpdateExclusiveLock')),
  );
}

export function createPublicationEffects(create: CreatePublicationStmt, context: EffectContext): EffectDraft {
  return merge(
    ...(create.pubobjects ?? []).map((node) =>
      'PublicationObjSpec' in node ? publishedTable(node.PublicationObjSpec, context) : noEffect,
    ),
  );
}

/** Inheritance children are published with their parent; of a partitioned table only the root is. */
function publishedTable({ pubtable }: PublicationObjSpec, context: EffectContext): EffectDraft {
  if (pubtable?.relation === undefined) return noEffect;
  const table = resolveRelation(pubtable.relation, context);
  const spread = pubtable.relation.inh === true && table?.facts?.kind === 'table';
  const below = spread ? (context.graph?.descendants(table.facts.oid) ?? []) : [];
  return merge(
    lock(table, 'ShareUpdateExclusiveLock'),
    ...below.map((child) => lock(handleOf(child), 'ShareUpdateExclusiveLock')),
  );
}

export function createSequenceEffects(create: CreateSeqStmt, context: EffectContext): EffectDraft {
  const sequence = create.sequence ?? {};
  if (create.if_not_exists === true && alreadyThere(sequence, context)) return noEffect;
  return merge(
    lockCreated(newRelation(placed(sequence), context, 'sequence'), 'AccessExclusiveLock'),
    ...(create.options ?? []).map((option) =>
      'DefElem' in option && option.DefElem.defname === 'owned_by'
        ? ownerEffects(nameParts(option.DefElem.arg), create.if_not_exists === true, context)
        : noEffect,
    ),
  );
}

/** OWNED BY table.column, or NONE. */
function ownerEffects(parts: readonly string[], perhaps: boolean, context: EffectContext): EffectDraft {
  if (parts.length < 2) return noEffect;
  const table = resolveRelation(relationNamed(parts.slice(0, -1)), context);
  return lock(table, 'AccessShareLock', perhaps && context.graph === null ? 'possible' : 'certain');
}
