import type { Certainty } from '../../../model/effects.js';
import type { SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { handleOf } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { partitionKeyOf } from './partition-bounds.js';
import type { QueryScope } from './query-scope.js';
import { firedTriggers } from './triggers.js';

/** Columns that a change sets; null for all of them. */
type Columns = ReadonlySet<string> | null;

export type GivenValue = (column: string) => 'null' | 'value' | 'unknown';

interface NewValues {
  readonly columns: Columns;
  readonly certainty: Certainty;
  /** Null: nothing is known of them. */
  readonly given: GivenValue | null;
}

/** New rows and new values are looked up in the tables that they refer to, whose rows they lock. */
export function referenceChecks(
  table: SchemaRelation,
  { columns, certainty, given }: NewValues,
  scope: QueryScope,
): EffectDraft {
  const { graph } = scope.context;
  const keys = (graph?.constraints(table.oid) ?? []).filter(
    (key) => checksRows(key, scope) && touches(columns, key.columns),
  );
  return merge(
    ...keys.map((key) => {
      // A key with a null in it refers to nothing; MATCH FULL means all or none.
      const values = key.columns.map((name) => givenIn(table, name, given));
      if (values.includes('null')) return noEffect;
      const referenced = key.referenced === null ? null : (graph?.relation(key.referenced) ?? null);
      if (referenced === null) return noEffect;
      // Which partition is looked into is up to the value.
      const partitions = referenced.kind === 'partitioned table' ? (graph?.descendants(referenced.oid) ?? []) : [];
      return atMost(
        isDeferred(key) || values.includes('unknown') ? 'possible' : certainty,
        merge(
          lock(handleOf(referenced), 'RowShareLock'),
          ...partitions.map((partition) => lock(handleOf(partition), 'RowShareLock', 'possible')),
        ),
      );
    }),
  );
}

/** What a row brings for a column; what may not be null has a value. */
function givenIn(table: SchemaRelation, name: string, given: GivenValue | null): 'null' | 'value' | 'unknown' {
  if (table.columns.find((column) => column.name === name)?.notNull === true) return 'value';
  return given?.(name) ?? 'unknown';
}

/** Partitions of a referenced table have copies of the key that act on their own rows only. */
function checksRows(key: SchemaConstraint, scope: QueryScope): boolean {
  return key.kind === 'foreign key' && key.enforced && !isReferencedCopy(key, scope);
}

function isReferencedCopy(key: SchemaConstraint, { context }: QueryScope): boolean {
  return parentOf(key, context.graph?.constraints(key.relation ?? '') ?? []) !== null;
}

function parentOf({ parent }: SchemaConstraint, among: readonly SchemaConstraint[]): SchemaConstraint | null {
  return parent === null ? null : (among.find(({ oid }) => oid === parent) ?? null);
}

function isDeferred({ definition }: SchemaConstraint): boolean {
  return /\bINITIALLY DEFERRED\b/.test(definition);
}

function touches(columns: Columns, names: readonly string[]): boolean {
  return columns === null || names.some((name) => columns.has(name));
}

/** What happens to rows of other tables that refer to a row whose key goes or changes. */
export interface KeyChange {
  readonly event: 'update' | 'delete';
  readonly columns: Columns;
  readonly certainty: Certainty;
  /** Tables whose rows are being changed already, so that circles end. */
  readonly visited: ReadonlySet<string>;
}

export function referencedActions(table: SchemaRelation, change: KeyChange, scope: QueryScope): EffectDraft {
  const { graph } = scope.context;
  if (graph === null) return noEffect;
  const keys = graph
    .foreignKeysTo(table.oid)
    .filter((key) => key.enforced && actsOnTop(key, scope) && touches(change.columns, key.referencedColumns));
  return merge(...keys.map((key) => actionEffects(key, change, scope)));
}

/** For a partitioned referencing table the action is its own, not that of its partitions. */
function actsOnTop(key: SchemaConstraint, scope: QueryScope): boolean {
  return key.parent === null || isReferencedCopy(key, scope);
}

function actionEffects(key: SchemaConstraint, change: KeyChange, scope: QueryScope): EffectDraft {
  const { graph } = scope.context;
  const table = graph === null || key.relation === null ? null : graph.relation(key.relation);
  if (table === null) return noEffect;
  const action = change.event === 'delete' ? key.onDelete : key.onUpdate;
  const changesRows = action === 'cascade' || action === 'set null' || action === 'set default';
  const deferred = !changesRows && action !== 'restrict' && isDeferred(key);
  const mode = changesRows ? 'RowExclusiveLock' : 'RowShareLock';
  const pruned = partitionKeyOf(table)?.columns.some((name) => name === null || key.columns.includes(name)) ?? false;
  const below = table.kind === 'partitioned table' ? (graph?.descendants(table.oid) ?? []) : [];
  const own = merge(
    lock(handleOf(table), mode),
    ...below.map((partition) => lock(handleOf(partition), mode, pruned ? 'possible' : 'certain')),
  );
  const follow = changesRows
    ? followingEffects(table, { key, change, deletes: action === 'cascade' && change.event === 'delete' }, scope)
    : noEffect;
  return merge(atMost(deferred ? 'possible' : change.certainty, own), follow);
}

interface Following {
  readonly key: SchemaConstraint;
  readonly change: KeyChange;
  readonly deletes: boolean;
}

/** Rows that are deleted or changed along with their key have triggers and referencing rows themselves. */
function followingEffects(table: SchemaRelation, { key, change, deletes }: Following, scope: QueryScope): EffectDraft {
  const event = deletes ? 'delete' : 'update';
  const step = `${table.oid} ${event}`;
  if (change.visited.has(step)) return noEffect;
  const visited = new Set([...change.visited, step]);
  const columns: Columns = deletes ? null : new Set(key.columns);
  const tables = [
    table,
    ...(table.kind === 'partitioned table' ? (scope.context.graph?.descendants(table.oid) ?? []) : []),
  ];
  const statement = firedTriggers(
    table,
    { event, columns, level: 'statement' },
    { ...scope, certainty: change.certainty },
  );
  return merge(
    statement,
    ...tables.map((one) =>
      atMost(
        'possible',
        merge(
          firedTriggers(one, { event, columns, level: 'row' }, scope),
          deletes ? noEffect : referenceChecks(one, { columns, certainty: 'possible', given: null }, scope),
          referencedActions(one, { event, columns, certainty: 'possible', visited }, scope),
        ),
      ),
    ),
  );
}
