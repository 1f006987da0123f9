import type { PartitionBoundSpec } from '@pgsql/types';
import type { SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { defaultPartition } from '../definition/dropped-with.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { type CommandEffects, descendantsOf, lockEach, partitionsOf, scanEach } from './alter-target.js';
import { constraintsOf } from './named-constraint.js';
import { keyColumn, readBound } from './partition-bound.js';
import { liesWithin } from './prove-bound.js';
import { provesNotNull } from './prove-not-null.js';
import { readUnproved, searchDefault, validChecks } from './search-default.js';

/** ATTACH PARTITION of a table, or of an index to a partitioned index. */
export const attachPartition: CommandEffects = ({ def }, { handle, context }) => {
  if (def === undefined || !('PartitionCmd' in def)) return noEffect;
  const { name, bound } = def.PartitionCmd;
  const isIndex = handle.kind === 'index' || handle.kind === 'partitioned index';
  const child = resolveRelation(name ?? {}, context, isIndex ? 'index' : 'table');
  if (child === null) return noEffect;
  if (isIndex) return merge(lock(child, 'AccessExclusiveLock'), lockIndexTables([handle.facts, child.facts], context));
  const { graph } = context;
  if (graph === null || handle.facts === null || child.facts === null || bound === undefined) {
    return merge(lock(child, 'AccessExclusiveLock'), scanEach([child]));
  }
  const attachment = { parent: handle.facts, child: child.facts, bound, context, graph };
  return merge(
    lockEach([child, ...descendantsOf(child, context)], 'AccessExclusiveLock'),
    lockAncestors(handle.facts, graph),
    lockEach(graph.indexes(handle.facts.oid).map(handleOf), 'ShareUpdateExclusiveLock'),
    readChild(attachment),
    readDefault(attachment),
    takeForeignKeys(attachment),
    buildIndexes(attachment),
  );
};

interface Attachment {
  readonly parent: SchemaRelation;
  readonly child: SchemaRelation;
  readonly bound: PartitionBoundSpec;
  readonly context: EffectContext;
  readonly graph: SchemaGraph;
}

function lockIndexTables(indexes: readonly (SchemaRelation | null)[], { graph }: EffectContext): EffectDraft {
  const tables = indexes.flatMap((facts) => graph?.relation(facts?.index?.table ?? '') ?? []);
  return lockEach(tables.map(handleOf), 'AccessShareLock');
}

/** A partition's bounds include those of the tables it is a partition of; a session that knows them does not look again. */
export function lockAncestors(relation: SchemaRelation, graph: SchemaGraph): EffectDraft {
  const parents = relation.isPartition ? relation.parents.flatMap((oid) => graph.relation(oid) ?? []) : [];
  return merge(
    ...parents.map((parent) => lock(handleOf(parent), 'AccessShareLock', 'possible')),
    ...parents.map((parent) => lockAncestors(parent, graph)),
  );
}

/** Rows are read unless CHECKs and NOT NULLs say already that they belong there; a first DEFAULT takes any row. */
function readChild({ parent, child, bound, graph }: Attachment): EffectDraft {
  if (bound.is_default === true && graph.children(parent.oid).length === 0) return noEffect;
  const column = keyColumn(parent.partitionKey);
  const limits = bound.is_default === true ? null : readBound(bound);
  const isProved = (table: SchemaRelation): boolean =>
    column !== null &&
    limits !== null &&
    ((limits.kind === 'list' && limits.nulls) || hasNoNulls(table, column, graph)) &&
    liesWithin(validChecks(table, graph), column, limits);
  const sure = (column !== null && limits !== null) || bound.strategy === 'h' ? 'certain' : null;
  return readUnproved(child, { isProved, sure, graph });
}

function readDefault({ parent, bound, context, graph }: Attachment): EffectDraft {
  const table = bound.is_default === true ? null : defaultPartition(parent.oid, graph);
  return table === null ? noEffect : searchDefault(table, { parent, bound, context });
}

function hasNoNulls(table: SchemaRelation, column: string, graph: SchemaGraph): boolean {
  return (
    table.columns.some(({ name, notNull }) => name === column && notNull) ||
    validChecks(table, graph).some((check) => provesNotNull(check, column))
  );
}

/** Foreign keys of the parent become the partition's; one that it has already is taken over. Those to the parent see it too. */
function takeForeignKeys({ parent, child, context, graph }: Attachment): EffectDraft {
  const own = constraintsOf(handleOf(child), graph).filter(({ kind }) => kind === 'foreign key');
  const keys = graph
    .constraints(parent.oid)
    .filter(({ kind, parent: of }) => kind === 'foreign key' && !isReferencedPart(of, graph));
  const taken = keys.map((key) => {
    const referenced = graph.relation(key.referenced ?? '');
    if (referenced === null) return noEffect;
    const has = own.some((one) => sameKey(one, key));
    const sides = [handleOf(referenced), ...partitionsOf(handleOf(referenced), context)];
    return merge(
      lockEach(sides, has ? 'AccessExclusiveLock' : 'ShareRowExclusiveLock'),
      has || !key.enforced
        ? noEffect
        : merge(scanEach([handleOf(child), ...partitionsOf(handleOf(child), context)]), scanEach(sides, 'possible')),
    );
  });
  const referencing = graph
    .foreignKeysTo(parent.oid)
    .filter((key) => !isReferencingPart(key, graph))
    .flatMap(({ relation }) => graph.relation(relation ?? '') ?? []);
  return merge(...taken, lockEach(referencing.map(handleOf), 'ShareRowExclusiveLock'));
}

/** A key on the parent that stands for one partition of the table that it points to is not handed on. */
function isReferencedPart(parent: string | null, graph: SchemaGraph): boolean {
  if (parent === null) return false;
  const whole = graph.schema.constraints.find(({ oid }) => oid === parent);
  return (
    whole !== undefined &&
    graph.schema.constraints.some((one) => one.parent === parent && one.relation === whole.relation)
  );
}

/** The key of a partition that stands for that of its partitioned table, and points to the same. */
export function isReferencingPart({ parent, referenced }: SchemaConstraint, graph: SchemaGraph): boolean {
  return parent !== null && graph.schema.constraints.some((one) => one.oid === parent && one.referenced === referenced);
}

function sameKey(one: SchemaConstraint, other: SchemaConstraint): boolean {
  return (
    one.referenced === other.referenced &&
    one.columns.join() === other.columns.join() &&
    one.referencedColumns.join() === other.referencedColumns.join() &&
    one.onUpdate === other.onUpdate &&
    one.onDelete === other.onDelete &&
    one.deferrable === other.deferrable &&
    one.enforced === other.enforced
  );
}

/** An index of the parent that the partition lacks is built. */
function buildIndexes({ parent, child, context, graph }: Attachment): EffectDraft {
  const own = new Set(graph.indexes(child.oid).map(essence));
  const missing = graph.indexes(parent.oid).some((index) => !own.has(essence(index)));
  return missing ? scanEach([handleOf(child), ...partitionsOf(handleOf(child), context)]) : noEffect;
}

/** What an index is, apart from its name and table. */
function essence({ index }: SchemaRelation): string {
  return `${index?.unique === true} ${index?.definition.replace(/^.*? USING /s, '')}`;
}
