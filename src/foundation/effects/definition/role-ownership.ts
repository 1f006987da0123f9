import type { DropOwnedStmt, Node, ReassignOwnedStmt } from '@pgsql/types';
import type { ObjectAddress, SchemaDependency } from '../../../model/schema.js';
import { type EffectContext, handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, unanalysed } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { droppedWith, locksOfDropped } from './dropped-with.js';
import { roleName } from '../role-names.js';
import { objectGraphOf } from './object-graph.js';

const ownsUnknown = unanalysed('what the role owns is known from the catalog only');

/** What a role owns goes, and policies forget it. */
export function dropOwnedEffects(statement: DropOwnedStmt, context: EffectContext): EffectDraft {
  const { graph } = context;
  if (graph === null) return ownsUnknown;
  const belongings = belongingsOf(statement.roles, graph);
  const owned = addressesOf(belongings, 'owner');
  return merge(
    locksOfDropped(droppedWith(owned, graph), graph),
    locksOfDropped(addressesOf(belongings, 'policy'), graph),
  );
}

/** A new owner is written to a table, its indexes and its sequences. */
export function reassignOwnedEffects(statement: ReassignOwnedStmt, context: EffectContext): EffectDraft {
  const { graph } = context;
  if (graph === null) return ownsUnknown;
  const belongings = belongingsOf(statement.roles, graph);
  const relations = addressesOf(belongings, 'owner').flatMap(({ catalog, oid }) => {
    const behind = catalog === 'pg_type' ? graph.type(oid)?.relation : oid;
    const relation =
      (catalog === 'pg_class' || catalog === 'pg_type') && behind != null ? graph.relation(behind) : null;
    return relation === null ? [] : [relation, ...graph.indexes(relation.oid), ...graph.sequencesOwnedBy(relation.oid)];
  });
  return merge(...relations.map((relation) => lock(handleOf(relation), 'AccessExclusiveLock')));
}

function belongingsOf(roles: readonly Node[] | undefined, graph: SchemaGraph): readonly SchemaDependency[] {
  const objects = objectGraphOf(graph.schema);
  const found: SchemaDependency[] = [];
  for (const node of roles ?? []) {
    const name = 'RoleSpec' in node ? roleName(node.RoleSpec, { graph }) : null;
    const role = name === null ? null : objects.findObject('pg_authid', { schema: null, name, searchPath: [] });
    if (role !== null) found.push(...objects.dependentsOf({ catalog: 'pg_authid', oid: role.oid, column: 0 }));
  }
  return found;
}

function addressesOf(
  belongings: readonly SchemaDependency[],
  kind: SchemaDependency['kind'],
): readonly ObjectAddress[] {
  return belongings.filter((one) => one.kind === kind).map(({ dependent }) => dependent);
}
