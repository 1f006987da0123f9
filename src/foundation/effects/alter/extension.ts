import type { AlterExtensionContentsStmt, AlterExtensionStmt, ObjectType } from '@pgsql/types';
import { nameParts, splitName } from '../tree-names.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, noEffect, unanalysed } from '../effect-draft.js';
import { assumedKind } from './alter-table.js';

const relationTypes: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

/** ALTER EXTENSION … ADD or DROP a member. */
export function alterExtensionContents(statement: AlterExtensionContentsStmt, context: EffectContext): EffectDraft {
  if (!relationTypes.has(statement.objtype)) return noEffect;
  const { schema, name } = splitName(nameParts(statement.object));
  const relation = { relname: name, ...(schema === null ? {} : { schemaname: schema }) };
  return lock(resolveRelation(relation, context, assumedKind(statement.objtype)), 'ShareUpdateExclusiveLock');
}

export function updateExtension({ extname }: AlterExtensionStmt): EffectDraft {
  return unanalysed(`the update script of extension ${extname ?? ''}`);
}
