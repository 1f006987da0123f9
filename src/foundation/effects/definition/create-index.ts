import type { IndexStmt } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf, type RelationHandle, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect, scan } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';

/** CREATE INDEX stops writes while it reads the table; CONCURRENTLY it stops none. */
export function createIndexEffects(create: IndexStmt, context: EffectContext): EffectDraft {
  const table = resolveRelation(create.relation ?? {}, context);
  // Nobody else sees a temporary table, so its index is built the plain way.
  const gently = create.concurrent === true && table?.facts?.persistence !== 'temporary';
  const mode = gently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  if (table === null) return noEffect;
  if (context.graph === null || table.facts === null) return merge(lock(table, mode), scan(table, 'possible'));
  const below = recursesInto(create, table.facts) ? context.graph.descendants(table.facts.oid) : [];
  const locked = merge(lock(table, mode), ...below.map((partition) => lock(handleOf(partition), mode)));
  if (create.if_not_exists === true && isNameTaken(create, { table, graph: context.graph })) return locked;
  const built = [table.facts, ...below].filter(({ kind }) => kind === 'table' || kind === 'matview');
  return merge(
    locked,
    ...built.map((one) => scan(handleOf(one), hasLikeIndex(create, one, context.graph) ? 'possible' : 'certain')),
  );
}

function recursesInto({ relation }: IndexStmt, { kind }: SchemaRelation): boolean {
  return kind === 'partitioned table' && relation?.inh === true;
}

/** An index stands in the schema of its table. */
function isNameTaken({ idxname }: IndexStmt, where: { table: RelationHandle; graph: SchemaGraph }): boolean {
  const schema = where.table.facts?.schema ?? null;
  return idxname !== undefined && where.graph.findRelation(schema, idxname, []) !== null;
}

/** A partition that has an equal index already is not read: that one is attached. */
function hasLikeIndex(create: IndexStmt, table: SchemaRelation, graph: SchemaGraph | null): boolean {
  if (!table.isPartition || graph === null) return false;
  const keys = (create.indexParams ?? []).map((node) => ('IndexElem' in node ? (node.IndexElem.name ?? null) : null));
  return graph
    .indexes(table.oid)
    .some(
      ({ index, parents }) =>
        index !== null &&
        parents.length === 0 &&
        index.keys.length === keys.length &&
        index.keys.every((key, at) => key === keys[at]),
    );
}
