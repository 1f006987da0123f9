import type {
  AlterObjectDependsStmt,
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  AlterTableMoveAllStmt,
} from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { nameParts } from '../tree-names.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect, rewrite, unanalysed } from '../effect-draft.js';
import { assumedKind, ifThere } from './alter-table.js';
import { holdsRows, lockEach } from './alter-target.js';
import { lockOwnedSequences } from './owner.js';
import { lockComposite } from './rename.js';

/** SET SCHEMA: sequences that belong to columns go along. */
export function setSchema(statement: AlterObjectSchemaStmt, context: EffectContext): EffectDraft {
  if (statement.relation === undefined) return noEffect;
  const relation = resolveRelation(statement.relation, context, assumedKind(statement.objectType));
  if (relation === null) return noEffect;
  return ifThere(
    statement,
    context,
    merge(lock(relation, 'AccessExclusiveLock'), lockOwnedSequences(relation, context)),
  );
}

/** OWNER TO of what is no table; only a composite type is a relation among those. */
export function setOwner({ objectType, object }: AlterOwnerStmt, context: EffectContext): EffectDraft {
  return objectType === 'OBJECT_TYPE' ? lockComposite(nameParts(object), context) : noEffect;
}

/** DEPENDS ON EXTENSION: a trigger's table is hardly touched. */
export function setDependency({ objectType, relation }: AlterObjectDependsStmt, context: EffectContext): EffectDraft {
  if (relation === undefined) return noEffect;
  const mode = objectType === 'OBJECT_TRIGGER' ? 'AccessShareLock' : 'AccessExclusiveLock';
  return lock(resolveRelation(relation, context, assumedKind(objectType)), mode);
}

/** ALL IN TABLESPACE: each relation of that kind that is kept there. */
export function moveAll(statement: AlterTableMoveAllStmt, { graph }: EffectContext): EffectDraft {
  if (statement.orig_tablespacename === statement.new_tablespacename) return noEffect;
  if (graph === null) return unanalysed(`what is kept in tablespace ${statement.orig_tablespacename ?? ''}`);
  const moved = graph.schema.relations.filter(
    (relation) =>
      isOfKind(relation, statement) && (relation.tablespace ?? 'pg_default') === statement.orig_tablespacename,
  );
  const handles = moved.map(handleOf);
  return merge(
    lockEach(handles, 'AccessExclusiveLock'),
    ...handles.filter(holdsRows).map((relation) => rewrite(relation)),
  );
}

function isOfKind({ kind }: SchemaRelation, { objtype }: AlterTableMoveAllStmt): boolean {
  if (objtype === 'OBJECT_INDEX') return kind === 'index' || kind === 'partitioned index';
  return objtype === 'OBJECT_MATVIEW' ? kind === 'matview' : kind === 'table' || kind === 'partitioned table';
}
