import type { Node } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { parseStatement } from '../../sql/parse.js';
import { handleOf } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { KeyCondition } from './key-conditions.js';
import { staysFor } from './live-partitions.js';
import { boundOf, partitionKeyOf } from './partition-bounds.js';
import { comparable, constantOf, hasKnownOrder } from './partition-values.js';
import type { InsertedValues } from './column-defaults.js';
import type { GivenValue } from './foreign-keys.js';
import { rowEffects } from './row-effects.js';
import type { QueryScope } from './query-scope.js';

interface Routing extends Pick<InsertedValues, 'columns' | 'rows'> {
  readonly given: GivenValue;
}

type Row = Pick<Routing, 'columns' | 'given'> & { readonly row: readonly Node[] | null };

/** The partitions that new rows go to, and the parents that a partition asks whether a row is its own. */
export function routedRows(table: SchemaRelation, { columns, rows, given }: Routing, scope: QueryScope): EffectDraft {
  if (scope.phase !== 'run') return noEffect;
  const routes = (rows ?? [null]).map((row) => routeRow(table, { columns, row, given }, scope));
  return atMost(scope.certainty, merge(parentLocks(table, scope), ...routes));
}

/** The partition constraint comes from the parents, and is remembered for the session. */
export function parentLocks(table: SchemaRelation, { context }: QueryScope): EffectDraft {
  if (!table.isPartition) return noEffect;
  const parents = table.parents.flatMap((oid) => context.graph?.relation(oid) ?? []);
  return merge(
    ...parents.map((parent) =>
      merge(lock(handleOf(parent), 'AccessShareLock', 'possible'), parentLocks(parent, { context } as QueryScope)),
    ),
  );
}

function routeRow(table: SchemaRelation, row: Row, scope: QueryScope): EffectDraft {
  if (table.kind !== 'partitioned table') return noEffect;
  const partitions = scope.context.graph?.children(table.oid) ?? [];
  return merge(
    ...chosenPartitions(table, partitions, row).map(([partition, certainty]) =>
      atMost(
        certainty,
        merge(
          lock(handleOf(partition), 'RowExclusiveLock'),
          arrived(partition, row, scope),
          routeRow(partition, row, scope),
        ),
      ),
    ),
  );
}

/** A partition may have triggers, keys and checks that are not its parent's. */
function arrived(partition: SchemaRelation, { given }: Row, scope: QueryScope): EffectDraft {
  if (partition.kind === 'partitioned table') return noEffect;
  return rowEffects(partition, { event: 'insert', columns: null, certainty: 'certain', given }, scope);
}

function chosenPartitions(
  table: SchemaRelation,
  partitions: readonly SchemaRelation[],
  row: Row,
): readonly (readonly [SchemaRelation, Certainty])[] {
  const key = partitionKeyOf(table);
  const column = table.columns.find(({ name }) => name === key?.columns[0]);
  const all = partitions.map((partition) => [partition, 'possible'] as const);
  if (key === null || column === undefined || key.columns.length > 1)
    return partitions.length === 1 ? certainly(partitions) : all;
  const value = valueOf(column.name, column.default, row);
  if (value === null) return all;
  const found = value.text === null ? null : comparable(value, column.typeText);
  if (value.text !== null && found === null) return all;
  const condition: KeyCondition = { kind: 'in', values: found === null ? [] : [found], orNull: found === null };
  const bounds = partitions.map((partition) => boundOf(partition, column.typeText));
  const level = { key, ordered: hasKnownOrder(column.typeText), bounds };
  return partitions.flatMap((partition, index) => {
    const bound = bounds[index];
    const stays = bound === undefined ? 'perhaps' : staysFor(bound, [condition], level);
    return stays === 'no' ? [] : [[partition, stays === 'yes' ? 'certain' : 'possible'] as const];
  });
}

function certainly(partitions: readonly SchemaRelation[]): readonly (readonly [SchemaRelation, Certainty])[] {
  return partitions.map((partition) => [partition, 'certain']);
}

/** The constant that a row has in a column; null when it is not known. */
function valueOf(name: string, columnDefault: string | null, { columns, row }: Row): ReturnType<typeof constantOf> {
  if (columns === null) return null;
  const position = columns.indexOf(name);
  if (position >= 0) {
    const item = row?.[position];
    return item !== undefined && 'SetToDefault' in item ? defaultValue(columnDefault) : constantOf(item);
  }
  return defaultValue(columnDefault);
}

function defaultValue(text: string | null): ReturnType<typeof constantOf> {
  const parsed = parseStatement(`SELECT ${text ?? 'NULL'}`);
  const select = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
  const target = select !== undefined && 'SelectStmt' in select ? select.SelectStmt.targetList?.[0] : undefined;
  return target !== undefined && 'ResTarget' in target ? constantOf(target.ResTarget.val) : null;
}
