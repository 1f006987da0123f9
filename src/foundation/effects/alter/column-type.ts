import type { AlterTableCmd, ColumnDef } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaColumn, SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import {
  type AlterTarget,
  type CommandEffects,
  lockEach,
  lockTree,
  rewriteEach,
  scanEach,
  treeOf,
} from './alter-target.js';
import { comparesAlike, keepsCollation } from './comparison.js';
import { keyFamily } from './named-constraint.js';
import { conversion } from './type-conversion.js';
import { typedTables } from './typed-tables.js';

interface Change {
  readonly definition: ColumnDef;
  readonly column: SchemaColumn;
  readonly table: SchemaRelation;
  readonly context: EffectContext;
  readonly graph: SchemaGraph;
  /** Whether the rows are converted. */
  readonly cost: Certainty | null;
}

/** ALTER COLUMN TYPE, and ALTER ATTRIBUTE: rows are converted if they must, and what hangs on the column is made anew. */
export const alterColumnType: CommandEffects = (command, target) => {
  const { def } = command;
  if (def === undefined || !('ColumnDef' in def)) return noEffect;
  const { graph } = target.context;
  if (graph === null) return rewriteEach([target.handle], target.context, 'possible');
  // Without CASCADE a type with tables refuses to change.
  const tables = [...treeOf(target), ...typedTables(target.handle, target.context)].flatMap(({ facts }) => facts ?? []);
  return merge(
    lockTree(target),
    ...tables.map((table) => changeIn(table, { command, definition: def.ColumnDef, target, graph })),
  );
};

interface Command {
  readonly command: AlterTableCmd;
  readonly definition: ColumnDef;
  readonly target: AlterTarget;
  readonly graph: SchemaGraph;
}

function changeIn(table: SchemaRelation, { command, definition, target, graph }: Command): EffectDraft {
  const column = table.columns.find(({ name }) => name === command.name);
  if (column === undefined) return noEffect;
  const { context } = target;
  // Virtual values are in no file.
  const cost =
    column.generated === 'virtual'
      ? null
      : conversion(column, { to: definition.typeName, using: definition.raw_default }, context);
  const change = { definition, column, table, context, graph, cost };
  return merge(
    cost === null ? noEffect : rewriteEach([handleOf(table)], context, cost),
    remadeIndexes(change),
    remadeChecks(change),
    remadeKeys(change),
    column.identity ? lockIdentity(change) : noEffect,
  );
}

/** An index is kept where its order stays; one with an expression, a predicate or a parent never is. */
function remadeIndexes({ definition, column, table, context, graph }: Change): EffectDraft {
  const using = graph.indexes(table.oid).filter(({ index }) => {
    if (index === null) return false;
    return [...index.keys, ...index.included, ...index.usedColumns].includes(column.name);
  });
  const alike = comparesAlike(column, definition, context) && keepsCollation(column, definition, context);
  const built = using.filter(({ index, isPartition }) => {
    const plain = index?.predicate === null && !index.keys.includes(null) && index.valid;
    return isPartition || !plain || (!alike && index.keys.includes(column.name));
  });
  return merge(
    lockEach(using.map(handleOf), 'AccessExclusiveLock'),
    built.length === 0 ? noEffect : scanEach([handleOf(table)]),
  );
}

function remadeChecks({ column, table, graph }: Change): EffectDraft {
  const checks = graph
    .constraints(table.oid)
    .filter(
      ({ kind, columns, validated, enforced }) =>
        kind === 'check' && columns.includes(column.name) && validated && enforced,
    );
  return checks.length === 0 ? noEffect : scanEach([handleOf(table)]);
}

/** Foreign keys from and to the column are dropped and made again; their rows are checked if values were converted or compare otherwise now. */
function remadeKeys({ definition, column, table, context, graph, cost }: Change): EffectDraft {
  const from = graph
    .constraints(table.oid)
    .filter(({ kind, columns }) => kind === 'foreign key' && columns.includes(column.name));
  const to = graph.foreignKeysTo(table.oid).filter(({ referencedColumns }) => referencedColumns.includes(column.name));
  const family = [...from, ...to].flatMap((key) => keyFamily(key, graph));
  const alike = cost === null && comparesAlike(column, definition, context);
  const checked = alike ? [] : family.filter((key) => key.validated && key.enforced);
  return merge(
    ...family.flatMap((key) => [lockSide(key.relation, graph), lockSide(key.referenced, graph)]),
    ...checked.flatMap((key) => [scanSide(key, 'relation', graph), scanSide(key, 'referenced', graph)]),
  );
}

function lockSide(oid: string | null, graph: SchemaGraph): EffectDraft {
  const facts = oid === null ? null : graph.relation(oid);
  return facts === null ? noEffect : lock(handleOf(facts), 'AccessExclusiveLock');
}

/** The referencing rows are read for certain, those that they refer to by plan. */
function scanSide(key: SchemaConstraint, side: 'relation' | 'referenced', graph: SchemaGraph): EffectDraft {
  const facts = graph.relation(key[side] ?? '');
  return facts === null ? noEffect : scanEach([handleOf(facts)], side === 'relation' ? 'certain' : 'possible');
}

function lockIdentity({ column, table, graph }: Change): EffectDraft {
  const owned = graph.sequencesOwnedBy(table.oid).filter(({ ownedBy }) => ownedBy?.column === column.name);
  return lockEach(owned.map(handleOf), 'ShareRowExclusiveLock');
}
