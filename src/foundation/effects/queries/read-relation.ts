import type { RangeVar } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { objectGraphOf } from '../definition/object-graph.js';
import { handleOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { routineEffects } from './body-effects.js';
import { liveBelow } from './live-partitions.js';
import { noConditions, perhaps, type QueryScope, whenRun } from './query-scope.js';

/** What a query does to a relation that it names in FROM. */
export function readEffects(range: RangeVar, scope: QueryScope): EffectDraft {
  const name = range.relname ?? '';
  if (range.schemaname === undefined && scope.expressions.has(name)) return noEffect;
  if (isOfSystem(range)) return noEffect;
  const found = resolveRelation(range, scope.context);
  const alias = range.alias?.aliasname ?? name;
  const mode: LockMode =
    scope.locked === 'all' || (scope.locked !== null && scope.locked.has(alias)) ? 'RowShareLock' : 'AccessShareLock';
  const own = lock(found, mode);
  if (found?.facts == null) return own;
  return merge(
    own,
    behindEffects(
      found.facts,
      { mode, alias, only: range.inh !== true, behindView: range.alias?.colnames !== undefined },
      scope,
    ),
  );
}

/** Nobody waits for readers of the system's own tables and views. */
function isOfSystem({ schemaname, relname = '' }: RangeVar): boolean {
  if (schemaname === undefined) return relname.startsWith('pg_');
  return schemaname === 'pg_catalog' || schemaname === 'information_schema';
}

interface Reading {
  readonly mode: LockMode;
  /** By which the conditions call it. */
  readonly alias: string;
  readonly only: boolean;
  /** The conditions of a view itself are not known, nor what they call columns that an alias renames. */
  readonly behindView: boolean;
}

/** What stands behind a relation that is read: partitions and children, the tables of a view. */
function behindEffects(relation: SchemaRelation, reading: Reading, scope: QueryScope): EffectDraft {
  if (relation.kind === 'view') return viewEffects(relation, reading, scope);
  const rows = relation.rowSecurity ? policyEffects(relation, scope) : noEffect;
  if (reading.only || scope.phase === 'analysed') return rows;
  const conditions = reading.behindView ? { ...noConditions, pushed: true } : scope.conditions;
  const below = liveBelow(relation, {
    alias: reading.alias,
    conditions,
    context: scope.context,
    hasExpressions: scope.expressions.size > 0,
  });
  return merge(rows, ...below.map((one) => lock(handleOf(one.relation), reading.mode, one.certainty)));
}

/** The tables behind a view, and the functions that it calls. */
export function viewEffects(view: SchemaRelation, reading: Pick<Reading, 'mode'>, scope: QueryScope): EffectDraft {
  const { graph } = scope.context;
  if (graph === null) return noEffect;
  const reads = view.reads.flatMap((oid) => graph.relation(oid) ?? []);
  return merge(
    ...reads.map((relation) =>
      merge(
        lock(handleOf(relation), reading.mode),
        behindEffects(relation, { ...reading, alias: relation.relname, only: false, behindView: true }, scope),
      ),
    ),
    ...calledBy('pg_rewrite', view, scope),
  );
}

/** What the rules or policies of a relation call. */
function calledBy(catalog: string, relation: SchemaRelation, scope: QueryScope): readonly EffectDraft[] {
  const { graph } = scope.context;
  if (graph === null) return [];
  const objects = objectGraphOf(graph.schema);
  const parts = graph.schema.objects.filter((one) => one.catalog === catalog && one.relation === relation.oid);
  const routines = parts
    .flatMap(({ oid }) => objects.dependenciesOf({ catalog, oid, column: 0 }))
    .flatMap(({ on }) => (on.catalog === 'pg_proc' ? (graph.function(on.oid) ?? []) : []));
  return routines.map((routine) =>
    whenRun(perhaps(scope), () => routineEffects(routine, scope.context, scope.effectsOf)),
  );
}

/** Policies may read other tables; owners and superusers are spared them. */
export function policyEffects(table: SchemaRelation, scope: QueryScope): EffectDraft {
  const { graph } = scope.context;
  if (graph === null || scope.phase === 'analysed') return noEffect;
  const objects = objectGraphOf(graph.schema);
  const policies = graph.schema.objects.filter((one) => one.catalog === 'pg_policy' && one.relation === table.oid);
  const read = policies
    .flatMap(({ oid }) => objects.dependenciesOf({ catalog: 'pg_policy', oid, column: 0 }))
    .flatMap(({ on }) => (on.catalog === 'pg_class' && on.oid !== table.oid ? (graph.relation(on.oid) ?? []) : []));
  return atMost(
    'possible',
    merge(...read.map((one) => lock(handleOf(one), 'AccessShareLock')), ...calledBy('pg_policy', table, scope)),
  );
}
