import type { InsertStmt, Node, SelectStmt } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { assignedDefaults, columnDefaults } from './column-defaults.js';
import { givenValues } from './given-values.js';
import { noConditions, perhaps, type QueryScope } from './query-scope.js';
import { routedRows } from './route-rows.js';
import { rowEffects } from './row-effects.js';
import { firedTriggers } from './triggers.js';
import { expressionEffects } from './walk-expression.js';
import { withExpressions } from './with-clause.js';
import { writeTarget } from './write-target.js';
import { yieldsRow } from './yields-row.js';

/** INSERT: the target and the partitions that take the rows, sequences of defaults, triggers and what keys refer to. */
export function insertEffects(insert: InsertStmt, outer: QueryScope): EffectDraft {
  const { draft, scope: seen } = withExpressions(insert, outer);
  const scope: QueryScope = { ...seen, conditions: noConditions, locked: null };
  const { selectStmt, onConflictClause: conflict } = insert;
  const updates = conflict?.action === 'ONCONFLICT_UPDATE';
  const source = selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : null;
  const certainty: Certainty = source === null || yieldsRow(source, scope) ? 'certain' : 'possible';
  const target = writeTarget(insert.relation ?? {}, updates ? ['insert', 'update'] : ['insert'], scope);
  const written: Certainty = conflict === undefined && target.tables.length < 2 ? certainty : 'possible';
  return merge(
    draft,
    target.draft,
    selectStmt === undefined ? noEffect : scope.statement(selectStmt, scope),
    ...target.tables.map((table) =>
      insertedInto(table, { insert, source, certainty, written, throughView: target.throughView }, scope),
    ),
    conflict === undefined ? noEffect : expressionEffects([conflict.targetList, conflict.whereClause], perhaps(scope)),
    expressionEffects(insert.returningClause, certainty === written ? atCertainty(scope, certainty) : perhaps(scope)),
  );
}

function atCertainty(scope: QueryScope, certainty: Certainty): QueryScope {
  return certainty === 'certain' ? scope : perhaps(scope);
}

interface Insertion {
  readonly insert: InsertStmt;
  readonly source: SelectStmt | null;
  /** Whether a row is computed. */
  readonly certainty: Certainty;
  /** Whether it is also put in. */
  readonly written: Certainty;
  readonly throughView: boolean;
}

function insertedInto(table: SchemaRelation, insertion: Insertion, scope: QueryScope): EffectDraft {
  const { insert, source, certainty, written, throughView } = insertion;
  const named = (insert.cols ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const rows = source?.valuesLists?.map(rowItems) ?? null;
  const columns = throughView && named.length === 0 ? null : columnsOf(table, named, rows ?? selectedRow(source));
  const firing = { event: 'insert', columns: null } as const;
  const given = givenValues(table, { columns, rows: rows ?? selectedRow(source) });
  const updated = insert.onConflictClause?.action === 'ONCONFLICT_UPDATE' ? conflictColumns(insert) : null;
  return merge(
    scope.phase === 'run' ? firedTriggers(table, { ...firing, level: 'statement' }, scope) : noEffect,
    columnDefaults(table, { columns, rows, overriding: insert.override ?? null }, atCertainty(scope, certainty)),
    rowEffects(table, { ...firing, certainty: written, given }, scope),
    atMost(written, routedRows(table, { columns, rows, given }, scope)),
    updated === null || scope.phase !== 'run'
      ? noEffect
      : merge(
          assignedDefaults(table, insert.onConflictClause?.targetList, perhaps(scope)),
          firedTriggers(table, { event: 'update', columns: updated, level: 'statement' }, scope),
          rowEffects(table, { event: 'update', columns: updated, certainty: 'possible' }, scope),
        ),
  );
}

/** What a query without FROM, or with constants among its columns, brings in each row. */
function selectedRow(source: SelectStmt | null): readonly (readonly Node[])[] | null {
  if (source?.targetList === undefined || (source.op !== undefined && source.op !== 'SETOP_NONE')) return null;
  const targets = source.targetList.map((node) => ('ResTarget' in node ? node.ResTarget.val : undefined));
  const values = targets.flatMap((value) => value ?? []);
  const hasStar = values.some((value) => JSON.stringify(value).includes('A_Star'));
  return hasStar || values.length < targets.length ? null : [values];
}

function conflictColumns({ onConflictClause }: InsertStmt): ReadonlySet<string> {
  return new Set(
    (onConflictClause?.targetList ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : [])),
  );
}

function rowItems(node: Node): readonly Node[] {
  return 'List' in node ? (node.List.items ?? []) : [];
}

/** The columns that get values: those named or, of the table's, as many as a row of VALUES has. Null: not known. */
function columnsOf(
  table: SchemaRelation,
  named: readonly string[],
  rows: readonly (readonly Node[])[] | null,
): readonly string[] | null {
  if (named.length > 0) return named;
  if (rows === null) return null;
  return table.columns.slice(0, rows[0]?.length ?? 0).map(({ name }) => name);
}
