import type { Node, PartitionBoundSpec } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf } from '../effect-context.js';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { descendantsOf, lockEach, scanEach } from './alter-target.js';
import { keyColumn, readBound } from './partition-bound.js';
import { liesOutside } from './prove-bound.js';
import { readCheck } from './read-check.js';

/** A partition that is about to take what its table's default partition may hold. */
export interface NewPartition {
  readonly parent: SchemaRelation;
  readonly bound: PartitionBoundSpec;
  readonly context: EffectContext;
}

/** The default partition must hold nothing that the new one would: it is locked, and read unless CHECKs rule that out. */
export function searchDefault(table: SchemaRelation, { parent, bound, context }: NewPartition): EffectDraft {
  const { graph } = context;
  if (graph === null) return noEffect;
  const column = keyColumn(parent.partitionKey);
  const limits = readBound(bound);
  const isProved = (one: SchemaRelation): boolean =>
    column !== null && limits !== null && liesOutside(validChecks(one, graph), column, limits);
  const sure = column !== null && limits !== null ? 'certain' : null;
  // What a proof spares as a whole is not even opened.
  const below = isProved(table) ? [] : descendantsOf(handleOf(table), context);
  return merge(
    lockEach([handleOf(table), ...below], 'AccessExclusiveLock'),
    readUnproved(table, { isProved, sure, graph }),
  );
}

export interface BoundProof {
  readonly isProved: (table: SchemaRelation) => boolean;
  /** Null where CHECKs may prove what cannot be seen here. */
  readonly sure: Certainty | null;
  readonly graph: SchemaGraph;
}

/** Reads the tables that hold the rows, all but those of which the CHECKs say enough. */
export function readUnproved(table: SchemaRelation, proof: BoundProof): EffectDraft {
  const { isProved, sure, graph } = proof;
  if (isProved(table)) return noEffect;
  if (table.kind === 'partitioned table') {
    return merge(...graph.children(table.oid).map((child) => readUnproved(child, proof)));
  }
  return scanEach([handleOf(table)], sure ?? (validChecks(table, graph).length === 0 ? 'certain' : 'possible'));
}

/** The CHECKs that hold for every row. */
export function validChecks(table: SchemaRelation, graph: SchemaGraph): readonly Node[] {
  return graph
    .constraints(table.oid)
    .filter(({ kind, validated, enforced }) => kind === 'check' && validated && enforced)
    .flatMap(({ definition }) => readCheck(definition) ?? []);
}
