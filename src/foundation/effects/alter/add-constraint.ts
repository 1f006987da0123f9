import type { Constraint } from '@pgsql/types';
import { nameParts } from '../tree-names.js';
import type { SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { type AlterTarget, type CommandEffects, lockEach, lockTree, scanEach, treeOf } from './alter-target.js';
import { addForeignKey, sameList } from './foreign-key.js';
import { walkPartitions } from './taken-over.js';
import { mayHoldNull, setNotNullOf } from './not-null.js';

/** ADD of a CHECK, NOT NULL, key or foreign key. Since 18 every one of them locks the children, whatever it does. */
export const addConstraint: CommandEffects = ({ def }, target) => {
  if (def === undefined || !('Constraint' in def)) return noEffect;
  const constraint = def.Constraint;
  const children = target.context.major >= 18 ? lockTree(target) : noEffect;
  return merge(children, effectsOf(constraint, target));
};

function effectsOf(constraint: Constraint, target: AlterTarget): EffectDraft {
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      return addCheck(constraint, target);
    case 'CONSTR_NOTNULL':
      return addNotNull(constraint, target);
    case 'CONSTR_FOREIGN':
      return addForeignKey(constraint, target);
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
      return addKey(constraint, target);
    default:
      return noEffect;
  }
}

function checksRows({ skip_validation, is_enforced }: Constraint): boolean {
  return skip_validation !== true && is_enforced !== false;
}

function addCheck(constraint: Constraint, target: AlterTarget): EffectDraft {
  const tree = constraint.is_no_inherit === true ? [target.handle] : treeOf(target);
  return merge(lockEach(tree, target.mode), checksRows(constraint) ? scanEach(tree) : noEffect);
}

function addNotNull(constraint: Constraint, target: AlterTarget): EffectDraft {
  const [column = ''] = columnsOf(constraint);
  if (!checksRows(constraint)) return lockTree(target);
  return setNotNullOf(column, { ...target, recurse: target.recurse && constraint.is_no_inherit !== true }, 'all');
}

/** Rows are read to build the index; a primary key's columns lose their nulls in the children too. */
function addKey(constraint: Constraint, target: AlterTarget): EffectDraft {
  const { handle, context } = target;
  const walk = target.recurse
    ? walkPartitions(handle, context, likeIndex(constraint, context))
    : { reached: [], given: [handle] };
  const build = merge(lockEach(walk.reached, 'ShareLock'), scanEach(walk.given));
  return merge(
    constraint.indexname === undefined ? build : takeIndex(constraint, target),
    constraint.contype === 'CONSTR_PRIMARY' ? notNullKey(constraint, target) : noEffect,
  );
}

/** Whether a partition has a key over the same columns; an index without a constraint does not do. */
function likeIndex(constraint: Constraint, { graph }: EffectContext): (partition: SchemaRelation) => boolean {
  if (graph === null || constraint.contype === 'CONSTR_EXCLUSION') return () => false;
  const keys = columnsOf(constraint);
  const included = (constraint.including ?? []).flatMap(nameParts);
  const alike = ({ parent, kind, index }: SchemaConstraint): boolean => {
    const facts = index === null ? null : (graph.relation(index)?.index ?? null);
    return (
      (kind === 'unique' || kind === 'primary key') &&
      parent === null &&
      facts !== null &&
      sameList(facts.keys.map(String), keys) &&
      sameList(facts.included, included) &&
      / NULLS NOT DISTINCT\b/.test(facts.definition) === (constraint.nulls_not_distinct === true)
    );
  };
  return ({ oid }) => graph.constraints(oid).some(alike);
}

/** The index is renamed after the constraint, if its name is another. */
function takeIndex({ conname, indexname }: Constraint, { handle, context }: AlterTarget): EffectDraft {
  if (context.graph === null || handle.facts === null) return noEffect;
  const index = context.graph.indexes(handle.facts.oid).find(({ relname }) => relname === indexname);
  const renamed = conname !== undefined && conname !== indexname;
  return index === undefined
    ? noEffect
    : lock(handleOf(index), renamed ? 'ShareUpdateExclusiveLock' : 'AccessShareLock');
}

function notNullKey(constraint: Constraint, target: AlterTarget): EffectDraft {
  const { facts } = target.handle;
  if (facts === null) return constraint.indexname === undefined ? noEffect : scanEach([target.handle]);
  const columns = constraint.indexname === undefined ? columnsOf(constraint) : indexColumns(constraint, target);
  const nullable = columns.filter((name) => facts.columns.some((one) => one.name === name && !one.notNull));
  const scanned = treeOf(target).filter((relation) => nullable.some((name) => mayHoldNull(relation, name, target)));
  const reachesChildren = nullable.length > 0 || target.handle.kind === 'table';
  return merge(reachesChildren ? lockTree(target) : noEffect, scanEach(scanned));
}

function indexColumns({ indexname }: Constraint, { handle, context }: AlterTarget): readonly string[] {
  if (context.graph === null || handle.facts === null) return [];
  const index = context.graph.indexes(handle.facts.oid).find(({ relname }) => relname === indexname);
  return (index?.index?.keys ?? []).flatMap((key) => key ?? []);
}

function columnsOf({ keys }: Constraint): readonly string[] {
  return (keys ?? []).flatMap(nameParts);
}
