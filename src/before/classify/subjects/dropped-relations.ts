import type { ObjectType } from '@pgsql/types';
import { type RelationHandle, resolveRelation } from '../../../foundation/effects/effect-context.js';
import { nameParts, relationNamed } from '../../../foundation/effects/tree-names.js';
import type { Certainty } from '../../../model/effects.js';
import type { RelationKind } from '../../../model/locks.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

const kinds: { readonly [K in ObjectType]?: RelationKind } = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'matview',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_INDEX: 'index',
};

/** What a DROP of one of these types takes away of what was there before the migration. */
export function droppedRelations(
  { node }: JudgedStatement,
  context: RuleContext,
  types: readonly ObjectType[],
): readonly RelationHandle[] {
  if (!('DropStmt' in node)) return [];
  const type = node.DropStmt.removeType ?? 'OBJECT_TABLE';
  if (!types.includes(type)) return [];
  return (node.DropStmt.objects ?? []).flatMap((object) => {
    const relation = resolveRelation(relationNamed(nameParts(object)), context, kinds[type]);
    return relation === null || !context.existing(relation.name) ? [] : [relation];
  });
}

/** By the text alone, IF EXISTS says that it may do nothing. */
export function certaintyOfDrop({ node }: JudgedStatement, { graph }: RuleContext): Certainty {
  return graph === null && 'DropStmt' in node && node.DropStmt.missing_ok === true ? 'possible' : 'certain';
}
