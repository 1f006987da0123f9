import type { AlterPublicationStmt, RangeVar } from '@pgsql/types';
import { objectGraphOf } from '../definition/object-graph.js';
import { type EffectContext, handleOf, type RelationHandle, resolveRelation } from '../effect-context.js';
import { type EffectDraft, merge, noEffect, unanalysed } from '../effect-draft.js';
import { descendantsOf, lockEach } from './alter-target.js';

/** Tables that are added, dropped or left out; inheritance children go along, partitions do not. */
export function alterPublication(statement: AlterPublicationStmt, context: EffectContext): EffectDraft {
  const tables = (statement.pubobjects ?? []).flatMap((node) =>
    'PublicationObjSpec' in node ? (node.PublicationObjSpec.pubtable?.relation ?? []) : [],
  );
  const named = tables.flatMap((table) => withChildren(table, context));
  const replaces = statement.action === 'AP_SetObjects' && statement.pubobjects !== undefined;
  return merge(lockEach(named, 'ShareUpdateExclusiveLock'), replaces ? lockMembers(statement, context) : noEffect);
}

function withChildren(table: RangeVar, context: EffectContext): readonly RelationHandle[] {
  const relation = resolveRelation(table, context);
  if (relation === null) return [];
  const children = table.inh === true && relation.kind === 'table' ? descendantsOf(relation, context) : [];
  return [relation, ...children];
}

function lockMembers({ pubname }: AlterPublicationStmt, { graph, searchPath }: EffectContext): EffectDraft {
  if (graph === null) return unanalysed(`which tables publication ${pubname ?? ''} has now`);
  const objects = objectGraphOf(graph.schema);
  const publication = objects.findObject('pg_publication', { schema: null, name: pubname ?? '', searchPath });
  if (publication === null) return noEffect;
  const members = objects
    .dependentsOf({ catalog: 'pg_publication', oid: publication.oid, column: 0 })
    .filter(({ dependent }) => dependent.catalog === 'pg_publication_rel')
    .flatMap(({ dependent }) => objects.dependenciesOf(dependent))
    .flatMap(({ on }) => (on.catalog === 'pg_class' ? (graph.relation(on.oid) ?? []) : []));
  return lockEach(members.map(handleOf), 'ShareUpdateExclusiveLock');
}
