import type { CreateTableAsStmt, Node, ViewStmt } from '@pgsql/types';
import { type EffectContext, type EffectsOf, newRelation, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, lockCreated, merge, noEffect } from '../effect-draft.js';
import { alreadyThere, placed } from './create-table.js';
import { analysisLocks } from './named-relations.js';

/** CREATE TABLE AS and CREATE MATERIALIZED VIEW run their query, unless they are to stay empty. */
export function createTableAsEffects(
  create: CreateTableAsStmt,
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const relation = create.into?.rel ?? {};
  const { query } = create;
  if (query === undefined) return noEffect;
  if (create.if_not_exists === true && alreadyThere(relation, context)) return analysisLocks(query, context);
  const kind = create.objtype === 'OBJECT_MATVIEW' ? 'matview' : 'table';
  return merge(
    lockCreated(newRelation(placed(relation), context, kind), 'AccessExclusiveLock'),
    create.into?.skipData === true && !('ExecuteStmt' in query)
      ? analysisLocks(query, context)
      : effectsOf(query, context),
  );
}

/** A view is made from what its query names; the tables behind another view are not looked at. */
export function createViewEffects(create: ViewStmt, context: EffectContext): EffectDraft {
  const view = create.view ?? {};
  return merge(
    analysisLocks(create.query, context),
    create.replace === true
      ? replaced(create, context)
      : lockCreated(newRelation(placed(view), context, 'view'), 'AccessExclusiveLock'),
  );
}

function replaced({ view, query }: ViewStmt, context: EffectContext): EffectDraft {
  const target = placed(view ?? {});
  if (context.graph === null) return lock(resolveRelation(target, context, 'view'), 'AccessExclusiveLock', 'possible');
  // What reads a temporary relation is temporary itself, and stands beside the view of that name.
  if (target.schemaname === undefined && readsTemporary(query, context)) {
    return lockCreated(newRelation({ ...target, schemaname: 'pg_temp' }, context, 'view'), 'AccessExclusiveLock');
  }
  const schema = target.schemaname ?? context.searchPath[0] ?? 'public';
  const found = resolveRelation({ ...target, schemaname: schema }, context);
  return found === null
    ? lockCreated(newRelation(target, context, 'view'), 'AccessExclusiveLock')
    : lock(found, 'AccessExclusiveLock');
}

function readsTemporary(query: Node | undefined, context: EffectContext): boolean {
  return analysisLocks(query, context).locks.some(
    ({ relation }) => context.graph?.relationNamed(relation)?.persistence === 'temporary',
  );
}
