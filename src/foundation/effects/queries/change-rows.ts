import type { DeleteStmt, MergeStmt, Node, RangeVar, UpdateStmt } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { assignedDefaults } from './column-defaults.js';
import { holdsConstant } from './key-conditions.js';
import { liveBelow } from './live-partitions.js';
import { partitionKeyOf } from './partition-bounds.js';
import { type Conditions, noConditions, perhaps, perRow, type QueryScope } from './query-scope.js';
import { parentLocks } from './route-rows.js';
import { rowEffects } from './row-effects.js';
import { fromEffects, joinConditions } from './select.js';
import { firedTriggers, type Firing } from './triggers.js';
import { expressionEffects } from './walk-expression.js';
import { withExpressions } from './with-clause.js';
import { type WriteEvent, writeTarget } from './write-target.js';
import { holdsRows } from './yields-row.js';

export function updateEffects(update: UpdateStmt, outer: QueryScope): EffectDraft {
  const { draft, scope } = withExpressions(update, outer);
  const { relation = {}, fromClause, whereClause, targetList, returningClause } = update;
  const firing: Firing = { event: 'update', columns: setColumns(targetList) };
  return merge(
    draft,
    changeEffects(
      { relation, from: fromClause, whereClause, firing, targets: targetList, returning: returningClause },
      scope,
    ),
  );
}

export function deleteEffects(statement: DeleteStmt, outer: QueryScope): EffectDraft {
  const { draft, scope } = withExpressions(statement, outer);
  const { relation = {}, usingClause, whereClause, returningClause } = statement;
  const firing: Firing = { event: 'delete', columns: null };
  return merge(
    draft,
    changeEffects({ relation, from: usingClause, whereClause, firing, returning: returningClause }, scope),
  );
}

function setColumns(targets: readonly Node[] | undefined): ReadonlySet<string> {
  return new Set((targets ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : [])));
}

interface Change {
  readonly relation: RangeVar;
  readonly from: readonly Node[] | undefined;
  readonly whereClause: Node | undefined;
  readonly firing: Firing;
  /** The SET list. */
  readonly targets?: readonly Node[] | undefined;
  readonly returning: unknown;
}

function changeEffects(change: Change, outer: QueryScope): EffectDraft {
  const { relation, from = [], whereClause, firing, targets, returning } = change;
  const joined = from.map(joinConditions);
  const conditions: Conditions = {
    known: [...(whereClause === undefined ? [] : [whereClause]), ...joined.flatMap(({ known }) => known)],
    pushed: outer.conditions.pushed || joined.some(({ pushed }) => pushed),
    derived: joined.some(({ derived }) => derived),
  };
  const scope: QueryScope = { ...outer, conditions, locked: null };
  const target = writeTarget(relation, [firing.event], scope);
  const everyRow = from.length === 0 && whereClause === undefined;
  const certainRows =
    everyRow &&
    target.tables.length > 0 &&
    target.tables.every((table) => holdsRows(table, relation.inh === true, scope.context));
  return merge(
    target.draft,
    ...target.tables.map((table) =>
      changedTable(
        table,
        { relation, firings: [firing], everyRow: everyRow && !target.throughView, throughView: target.throughView },
        scope,
      ),
    ),
    ...from.map((item) => fromEffects(item, perhaps(scope))),
    ...target.tables.map((table) => assignedDefaults(table, targets, perRow(scope, certainRows))),
    expressionEffects([whereClause, targets, returning], perRow(scope, certainRows)),
  );
}

interface Changed {
  readonly relation: RangeVar;
  readonly firings: readonly Firing[];
  /** Whether all rows are changed. */
  readonly everyRow: boolean;
  readonly throughView: boolean;
}

/** One table with what is below it: the locks of the plan, then what changed rows bring about. */
function changedTable(table: SchemaRelation, changed: Changed, scope: QueryScope): EffectDraft {
  const { relation, firings, everyRow, throughView } = changed;
  if (scope.phase === 'analysed') return noEffect;
  const alias = relation.alias?.aliasname ?? relation.relname ?? '';
  const conditions = throughView ? { ...noConditions, pushed: true } : scope.conditions;
  const below =
    relation.inh === true || throughView
      ? liveBelow(table, { alias, conditions, context: scope.context, hasExpressions: scope.expressions.size > 0 })
      : [];
  const all = [{ relation: table, certainty: 'certain' as const }, ...below];
  return merge(
    ...below.map((one) => lock(handleOf(one.relation), 'RowExclusiveLock', one.certainty)),
    ...firings.map((firing) =>
      merge(
        scope.phase === 'run' ? firedTriggers(table, { ...firing, level: 'statement' }, scope) : noEffect,
        firing.event === 'update' ? movedRows(table, firing, scope) : noEffect,
        ...all.map((one) => {
          const reaches =
            everyRow &&
            one.certainty === 'certain' &&
            holdsRows(one.relation, one.relation.kind === 'partitioned table', scope.context);
          return rowEffects(one.relation, { ...firing, certainty: reaches ? 'certain' : 'possible' }, scope);
        }),
      ),
    ),
  );
}

/** A row whose key changes goes to another partition, as if it were deleted there and inserted here. */
function movedRows(table: SchemaRelation, { columns }: Firing, scope: QueryScope): EffectDraft {
  const { graph } = scope.context;
  if (scope.phase !== 'run' || graph === null) return noEffect;
  if (table.kind !== 'partitioned table') return parentLocks(table, scope);
  const tree = [table, ...graph.descendants(table.oid)];
  const keys = tree.flatMap((one) => partitionKeyOf(one)?.columns ?? []);
  if (columns !== null && !keys.some((name) => name === null || columns.has(name))) return parentLocks(table, scope);
  return merge(
    parentLocks(table, scope),
    ...tree
      .slice(1)
      .map((partition) =>
        merge(
          lock(handleOf(partition), 'RowExclusiveLock', 'possible'),
          rowEffects(partition, { event: 'insert', columns: null, certainty: 'possible' }, perhaps(scope)),
          rowEffects(partition, { event: 'delete', columns: null, certainty: 'possible' }, perhaps(scope)),
        ),
      ),
  );
}

const mergeEvents: Readonly<Record<string, WriteEvent>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

/** MERGE: which of its actions come about is up to the rows; triggers for the statement fire for each kind of them. */
export function mergeEffects(statement: MergeStmt, outer: QueryScope): EffectDraft {
  const { draft, scope: seen } = withExpressions(statement, outer);
  const { relation = {}, sourceRelation, joinCondition, mergeWhenClauses = [] } = statement;
  const scope: QueryScope = {
    ...seen,
    conditions: { ...noConditions, pushed: seen.conditions.pushed || holdsConstant([joinCondition, sourceRelation]) },
    locked: null,
  };
  const clauses = mergeWhenClauses.flatMap((node) => ('MergeWhenClause' in node ? [node.MergeWhenClause] : []));
  const firings = clauses.flatMap(({ commandType, targetList }): Firing[] => {
    const event = mergeEvents[commandType ?? ''];
    if (event === undefined) return [];
    return [{ event, columns: event === 'update' ? setColumns(targetList) : null }];
  });
  const target = writeTarget(relation, [...new Set(firings.map(({ event }) => event))], scope);
  return merge(
    draft,
    target.draft,
    ...target.tables.map((table) =>
      changedTable(table, { relation, firings, everyRow: false, throughView: target.throughView }, scope),
    ),
    ...target.tables.map((table) => insertedByMerge(table, firings, scope)),
    ...target.tables.flatMap((table) =>
      clauses.map(({ targetList }) => assignedDefaults(table, targetList, perhaps(scope))),
    ),
    sourceRelation === undefined ? noEffect : fromEffects(sourceRelation, perhaps(scope)),
    expressionEffects([joinCondition, mergeWhenClauses, statement.returningClause], perhaps(scope)),
  );
}

/** Where new rows go, and what numbers they get, is up to the source. */
function insertedByMerge(
  table: SchemaRelation,
  firings: readonly Firing[],
  { context, phase }: QueryScope,
): EffectDraft {
  const { graph } = context;
  if (phase !== 'run' || graph === null || !firings.some(({ event }) => event === 'insert')) return noEffect;
  const partitions = table.kind === 'partitioned table' ? graph.descendants(table.oid) : [];
  return merge(
    ...[...partitions, ...graph.sequencesOwnedBy(table.oid)].map((one) =>
      lock(handleOf(one), 'RowExclusiveLock', 'possible'),
    ),
  );
}
