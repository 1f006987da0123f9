import type { RenameStmt } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import { nameParts, splitName } from '../tree-names.js';
import { type EffectContext, handleOf, type RelationHandle, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { assumedKind, ifThere } from './alter-table.js';
import { descendantsOf, lockEach, partitionsOf } from './alter-target.js';
import { constraintsOf, isInherited } from './named-constraint.js';
import { typedTables } from './typed-tables.js';

const exclusive: LockMode = 'AccessExclusiveLock';

/** RENAME of anything; what belongs to no relation locks none. */
export function rename(statement: RenameStmt, context: EffectContext): EffectDraft {
  if (statement.renameType === 'OBJECT_TYPE') return lockComposite(nameParts(statement.object), context);
  if (statement.relation === undefined) return noEffect;
  const ofColumn = statement.renameType === 'OBJECT_COLUMN' || statement.renameType === 'OBJECT_ATTRIBUTE';
  const kind = assumedKind(ofColumn ? statement.relationType : statement.renameType);
  const relation = resolveRelation(statement.relation, context, kind);
  return relation === null ? noEffect : ifThere(statement, context, renameIn(statement, relation, context));
}

function renameIn(statement: RenameStmt, relation: RelationHandle, context: EffectContext): EffectDraft {
  const recurse = statement.relation?.inh === true;
  const below = recurse ? descendantsOf(relation, context) : [];
  switch (statement.renameType) {
    case 'OBJECT_COLUMN':
      return lockEach([relation, ...below], exclusive);
    case 'OBJECT_ATTRIBUTE':
      return lockEach(
        [relation, ...(statement.behavior === 'DROP_CASCADE' ? typedTables(relation, context) : [])],
        exclusive,
      );
    case 'OBJECT_TABCONSTRAINT':
      return merge(lock(relation, exclusive), renameConstraint(statement, { relation, below }, context));
    case 'OBJECT_TRIGGER':
      return lockEach([relation, ...partitionsOf(relation, context)], exclusive);
    case 'OBJECT_INDEX':
      return merge(
        lock(relation, isIndex(relation) ? 'ShareUpdateExclusiveLock' : exclusive),
        // The server takes any relation here, and locks what is no index as ALTER TABLE would.
        relation.facts === null ? lock(relation, exclusive, 'possible') : noEffect,
      );
    default:
      return lock(relation, exclusive);
  }
}

function renameConstraint(
  { subname }: RenameStmt,
  { relation, below }: { readonly relation: RelationHandle; readonly below: readonly RelationHandle[] },
  { graph }: EffectContext,
): EffectDraft {
  const constraint = constraintsOf(relation, graph).find(({ name }) => name === subname);
  if (graph === null || constraint === undefined) return noEffect;
  if (isInherited(constraint)) return lockEach(below, exclusive);
  const index = constraint.kind === 'foreign key' ? null : graph.relation(constraint.index ?? '');
  return lock(index === null ? null : handleOf(index), 'ShareUpdateExclusiveLock');
}

function isIndex({ kind }: RelationHandle): boolean {
  return kind === 'index' || kind === 'partitioned index';
}

/** A composite type is a relation too; other types are none. */
export function lockComposite(parts: readonly string[], { graph, searchPath }: EffectContext): EffectDraft {
  const { schema, name } = splitName(parts);
  const relation = graph?.relation(graph.findType(schema, name, searchPath)?.relation ?? '') ?? null;
  return relation === null ? noEffect : lock(handleOf(relation), exclusive);
}
