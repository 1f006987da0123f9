import type { CommentStmt, GrantStmt, Node, ObjectType, SecLabelStmt } from '@pgsql/types';
import type { LockMode, RelationKind } from '../../../model/locks.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { nameParts, rangeVars, relationNamed } from '../tree-names.js';

interface Described {
  readonly kind: RelationKind;
  /** How much of the name does not belong to the relation's. */
  readonly part: 0 | 1;
  readonly mode: LockMode;
}

const whole = (kind: RelationKind): Described => ({ kind, part: 0, mode: 'ShareUpdateExclusiveLock' });
const part: Described = { kind: 'table', part: 1, mode: 'AccessShareLock' };

/** All other objects are described without a look at any relation. */
const described: { readonly [K in ObjectType]?: Described } = {
  OBJECT_TABLE: whole('table'),
  OBJECT_VIEW: whole('view'),
  OBJECT_MATVIEW: whole('matview'),
  OBJECT_INDEX: whole('index'),
  OBJECT_SEQUENCE: whole('sequence'),
  OBJECT_FOREIGN_TABLE: whole('foreign table'),
  OBJECT_COLUMN: { kind: 'table', part: 1, mode: 'ShareUpdateExclusiveLock' },
  OBJECT_TABCONSTRAINT: part,
  OBJECT_TRIGGER: part,
  OBJECT_POLICY: part,
  OBJECT_RULE: part,
};

export function commentEffects(comment: CommentStmt, context: EffectContext): EffectDraft {
  return describedEffects(comment.objtype, comment.object, context);
}

export function securityLabelEffects(label: SecLabelStmt, context: EffectContext): EffectDraft {
  return describedEffects(label.objtype, label.object, context);
}

function describedEffects(type: ObjectType | undefined, object: Node | undefined, context: EffectContext): EffectDraft {
  const description = described[type ?? 'OBJECT_TABLE'];
  if (description === undefined) return noEffect;
  const parts = nameParts(object);
  const relation = relationNamed(description.part === 0 ? parts : parts.slice(0, -1));
  return lock(resolveRelation(relation, context, description.kind), description.mode);
}

/** Up to 17 a relation is looked up without a lock; ALL … IN SCHEMA takes none on any major. */
export function grantEffects(grant: GrantStmt, context: EffectContext): EffectDraft {
  if (context.major < 18 || grant.targtype !== 'ACL_TARGET_OBJECT') return noEffect;
  if (grant.objtype !== 'OBJECT_TABLE' && grant.objtype !== 'OBJECT_SEQUENCE') return noEffect;
  const kind = grant.objtype === 'OBJECT_SEQUENCE' ? 'sequence' : 'table';
  return merge(
    ...rangeVars(grant.objects).map((relation) => lock(resolveRelation(relation, context, kind), 'AccessShareLock')),
  );
}
