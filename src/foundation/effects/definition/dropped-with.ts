import type { LockMode } from '../../../model/locks.js';
import type { ObjectAddress, Oid, SchemaRelation } from '../../../model/schema.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { type ObjectGraph, objectGraphOf } from './object-graph.js';

export function wholeObject(catalog: string, oid: Oid): ObjectAddress {
  return { catalog, oid, column: 0 };
}

/**
 * Everything that goes when these objects are dropped with CASCADE, by the walk of PostgreSQL's findDependentObjects:
 * from an object to its dependents, and from a part that cannot go alone to the object that it is a part of. Without
 * CASCADE the statement does the same or fails.
 */
export function droppedWith(targets: readonly ObjectAddress[], graph: SchemaGraph): readonly ObjectAddress[] {
  const objects = objectGraphOf(graph.schema);
  const dropped = new Map<string, ObjectAddress>();
  const waiting = [...targets];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (isDropped(address, dropped)) continue;
    dropped.set(keyOf(address), address);
    waiting.push(...neighbours(address, objects));
  }
  return [...dropped.values()];
}

function neighbours(address: ObjectAddress, objects: ObjectGraph): readonly ObjectAddress[] {
  const wholes = objects
    .dependenciesOf(address)
    .filter(({ kind }) => kind === 'internal' || kind === 'extension')
    .map(({ on }) => on);
  const dependents = objects.dependentsOf(address).map(({ dependent }) => dependent);
  // A table's columns are dropped with it and need no step of their own.
  return [...wholes, ...dependents].filter(({ catalog, oid }) => catalog !== address.catalog || oid !== address.oid);
}

function isDropped(address: ObjectAddress, dropped: ReadonlyMap<string, ObjectAddress>): boolean {
  return dropped.has(keyOf({ ...address, column: 0 })) || dropped.has(keyOf(address));
}

function keyOf({ catalog, oid, column }: ObjectAddress): string {
  return `${catalog} ${oid} ${column}`;
}

/** The locks of dropping exactly these objects. */
export function locksOfDropped(addresses: readonly ObjectAddress[], graph: SchemaGraph): EffectDraft {
  const objects = objectGraphOf(graph.schema);
  return merge(
    ...addresses.map((address) => {
      if (address.catalog === 'pg_class') return relationDropped(address, graph);
      const part = objects.object(address.catalog, address.oid);
      const relation = part?.relation == null ? null : graph.relation(part.relation);
      return lockFacts(relation, address.catalog === 'pg_statistic_ext' ? 'ShareUpdateExclusiveLock' : exclusive);
    }),
  );
}

const exclusive: LockMode = 'AccessExclusiveLock';

function relationDropped({ oid, column }: ObjectAddress, graph: SchemaGraph): EffectDraft {
  const relation = graph.relation(oid);
  if (relation === null) return merge();
  if (column !== 0) return lockFacts(relation, exclusive);
  return merge(
    lockFacts(relation, exclusive),
    relation.index === null ? merge() : lockFacts(graph.relation(relation.index.table), exclusive),
    relation.isPartition && relation.index === null ? lockPartitionParent(relation, graph) : merge(),
  );
}

/** The default partition takes in what the lost one held, so it is locked too. */
function lockPartitionParent(partition: SchemaRelation, graph: SchemaGraph): EffectDraft {
  return merge(
    ...partition.parents.flatMap((parent) => [
      lockFacts(graph.relation(parent), exclusive),
      lockFacts(defaultPartition(parent, graph), exclusive),
    ]),
  );
}

export function defaultPartition(parent: Oid, graph: SchemaGraph): SchemaRelation | null {
  return graph.children(parent).find(({ partitionBound }) => partitionBound === 'DEFAULT') ?? null;
}

function lockFacts(relation: SchemaRelation | null, mode: LockMode): EffectDraft {
  return lock(relation === null ? null : handleOf(relation), mode);
}
