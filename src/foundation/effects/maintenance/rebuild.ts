import type { ClusterStmt, RefreshMatViewStmt, ReindexStmt } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import type { SchemaFunction, SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, type EffectsOf, handleOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect, rewrite, scan, unanalysed } from '../effect-draft.js';
import { isOptionOn } from '../options.js';
import type { SchemaGraph } from '../schema-graph.js';
import { objectGraphOf } from '../definition/object-graph.js';
import { routineEffects } from '../queries/body-effects.js';
import { everyTable, hasRows, lockAll, lockIndexes } from './named-tables.js';

/** CLUSTER writes a table anew in the order of an index; without a table, all that were clustered before. */
export function clusterEffects(cluster: ClusterStmt, context: EffectContext): EffectDraft {
  const { graph } = context;
  if (cluster.relation === undefined) {
    if (graph === null) return unanalysed('every table that was clustered before is written anew');
    return merge(
      ...everyTable(graph)
        .filter((table) => isClustered(table, graph))
        .map((table) => rebuilt(table, graph)),
    );
  }
  const table = resolveRelation(cluster.relation, context);
  if (graph === null || table?.facts == null) {
    return merge(lock(table, 'AccessExclusiveLock'), rewrite(table, 'possible'), scan(table, 'possible'));
  }
  const leaves = [table.facts, ...graph.descendants(table.facts.oid)].filter(hasRows);
  return merge(lock(table, 'AccessExclusiveLock'), ...leaves.map((leaf) => rebuilt(leaf, graph)));
}

function isClustered(table: SchemaRelation, graph: SchemaGraph): boolean {
  return graph.indexes(table.oid).some(({ index }) => index?.clustered === true);
}

/** Whether the order comes from an index or from a sort is the planner's choice. */
function rebuilt(table: SchemaRelation, graph: SchemaGraph): EffectDraft {
  const own = lock(handleOf(table), 'AccessExclusiveLock');
  if (!table.populated) return own;
  return merge(
    own,
    rewrite(handleOf(table)),
    scan(handleOf(table), 'possible'),
    lockIndexes(table, graph, 'AccessExclusiveLock'),
  );
}

/** REFRESH runs the query; CONCURRENTLY it then changes the rows that differ and lets readers go on. */
export function refreshEffects(refresh: RefreshMatViewStmt, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const matview = resolveRelation(refresh.relation ?? {}, context, 'matview');
  const { graph } = context;
  const own =
    refresh.concurrent === true
      ? merge(lock(matview, 'ExclusiveLock'), scan(matview, 'possible'))
      : merge(lock(matview, 'AccessExclusiveLock'), rewrite(matview));
  if (graph === null || matview?.facts == null) return own;
  return merge(
    own,
    lockIndexes(matview.facts, graph, refresh.concurrent === true ? 'RowExclusiveLock' : 'AccessExclusiveLock'),
    refresh.skipData === true ? noEffect : queryEffects(matview.facts, context, effectsOf),
  );
}

/** What the query of a matview reads, and what the functions do that it calls, if they are called at all. */
function queryEffects(matview: SchemaRelation, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const { graph } = context;
  if (graph === null) return noEffect;
  const read = readByQuery(matview, graph);
  const called = [matview, ...read].filter(({ kind }) => kind !== 'table').flatMap((view) => calledBy(view, graph));
  return merge(
    lockAll(read, 'AccessShareLock'),
    ...called.map((routine) => atMost('possible', routineEffects(routine, context, effectsOf))),
  );
}

function calledBy(view: SchemaRelation, graph: SchemaGraph): readonly SchemaFunction[] {
  const objects = objectGraphOf(graph.schema);
  const query = objects.findPart('pg_rewrite', view.oid, '_RETURN');
  if (query === null) return [];
  const used = objects.dependenciesOf({ catalog: 'pg_rewrite', oid: query.oid, column: 0 });
  return used.flatMap(({ on }) => (on.catalog === 'pg_proc' ? (graph.function(on.oid) ?? []) : []));
}

/** What a view's query names, the tables behind other views, and all that is below those in a tree of tables. */
function readByQuery(view: SchemaRelation, graph: SchemaGraph): readonly SchemaRelation[] {
  return view.reads.flatMap((oid) => {
    const relation = graph.relation(oid);
    if (relation === null) return [];
    return [relation, ...(relation.kind === 'view' ? readByQuery(relation, graph) : graph.descendants(oid))];
  });
}

/** REINDEX stops writes to the table and all use of the index; CONCURRENTLY neither. */
export function reindexEffects(reindex: ReindexStmt, context: EffectContext): EffectDraft {
  const { graph } = context;
  const asked = isOptionOn(reindex.params, 'concurrently', false);
  if (reindex.relation === undefined) {
    if (graph === null) return unanalysed('every index of a schema or database is rebuilt');
    return merge(...tablesIn(reindex, graph).map((table) => reindexed(table, { graph, concurrently: asked })));
  }
  const ofIndex = reindex.kind === 'REINDEX_OBJECT_INDEX';
  const relation = resolveRelation(reindex.relation, context, ofIndex ? 'index' : 'table');
  if (graph === null || relation?.facts == null) return byText(relation, { ofIndex, concurrently: asked });
  // Nobody else sees a temporary table, so its indexes are rebuilt the plain way.
  const concurrently = asked && relation.facts.persistence !== 'temporary';
  if (ofIndex) return indexRebuilt(relation.facts, { graph, concurrently });
  const below = treeBelow(relation.facts, graph);
  return merge(
    ...[relation.facts, ...below].map((table) => reindexed(table, { graph, concurrently })),
    // The tree is gathered under a lock that stops writes, even CONCURRENTLY.
    lockAll(below, 'ShareLock'),
  );
}

function byText(
  relation: ReturnType<typeof resolveRelation>,
  { ofIndex, concurrently }: { readonly ofIndex: boolean; readonly concurrently: boolean },
): EffectDraft {
  const own = lock(relation, concurrently ? 'ShareUpdateExclusiveLock' : ofIndex ? 'AccessExclusiveLock' : 'ShareLock');
  return ofIndex ? own : merge(own, scan(relation, 'possible'));
}

function treeBelow(relation: SchemaRelation, graph: SchemaGraph): readonly SchemaRelation[] {
  return relation.kind.startsWith('partitioned') ? graph.descendants(relation.oid) : [];
}

function tablesIn(reindex: ReindexStmt, graph: SchemaGraph): readonly SchemaRelation[] {
  if (reindex.kind === 'REINDEX_OBJECT_SYSTEM') return [];
  const tables = everyTable(graph).filter(({ persistence }) => persistence !== 'temporary');
  return reindex.kind === 'REINDEX_OBJECT_SCHEMA' ? tables.filter(({ schema }) => schema === reindex.name) : tables;
}

interface Rebuilding {
  readonly graph: SchemaGraph;
  readonly concurrently: boolean;
}

function reindexed(table: SchemaRelation, { graph, concurrently }: Rebuilding): EffectDraft {
  const indexes = graph.indexes(table.oid);
  const own = lock(handleOf(table), tableMode(concurrently));
  if (!hasRows(table) || indexes.length === 0) return own;
  return merge(own, scan(handleOf(table)), lockAll(indexes, indexMode(concurrently)));
}

function indexRebuilt(index: SchemaRelation, { graph, concurrently }: Rebuilding): EffectDraft {
  const all = [index, ...treeBelow(index, graph)].filter((one) => one === index || one.kind === 'index');
  return merge(
    ...all.map((one) => {
      const table = one.index === null ? null : graph.relation(one.index.table);
      if (table === null) return noEffect;
      const own = merge(lock(handleOf(table), tableMode(concurrently)), lock(handleOf(one), indexMode(concurrently)));
      return hasRows(table) ? merge(own, scan(handleOf(table))) : own;
    }),
  );
}

function tableMode(concurrently: boolean): LockMode {
  return concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
}

function indexMode(concurrently: boolean): LockMode {
  return concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
}
