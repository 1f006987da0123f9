import type { LockMode } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';

export function lockAll(relations: readonly SchemaRelation[], mode: LockMode): EffectDraft {
  return merge(...relations.map((relation) => lock(handleOf(relation), mode)));
}

export function lockIndexes(table: SchemaRelation, graph: SchemaGraph, mode: LockMode): EffectDraft {
  return lockAll(graph.indexes(table.oid), mode);
}

/** Whether rows are stored in it, and not in its partitions, elsewhere or nowhere. */
export function hasRows({ kind }: SchemaRelation): boolean {
  return kind === 'table' || kind === 'matview';
}

/** Temporary tables of other sessions are left alone by what goes through all tables. */
export function everyTable(graph: SchemaGraph): readonly SchemaRelation[] {
  return graph.schema.relations.filter(hasRows);
}
