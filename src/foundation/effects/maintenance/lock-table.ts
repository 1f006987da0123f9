import type { LockStmt, RangeVar } from '@pgsql/types';
import { type LockMode, lockModes } from '../../../model/locks.js';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { rangeVars } from '../tree-names.js';
import { lockAll } from './named-tables.js';

/** LOCK goes down into partitions and children, unless ONLY is said, and into what a view reads. */
export function lockTableEffects(statement: LockStmt, context: EffectContext): EffectDraft {
  // The parser counts modes as the server does, from 1.
  const mode = lockModes[(statement.mode ?? 8) - 1] ?? 'AccessExclusiveLock';
  return merge(...rangeVars(statement.relations).map((relation) => lockNamed(relation, mode, context)));
}

function lockNamed(relation: RangeVar, mode: LockMode, context: EffectContext): EffectDraft {
  const found = resolveRelation(relation, context);
  const { graph } = context;
  if (graph === null || found?.facts == null) return lock(found, mode);
  return lockAll([...lockedWith(found.facts, relation.inh === true, graph)], mode);
}

function lockedWith(relation: SchemaRelation, all: boolean, graph: SchemaGraph): readonly SchemaRelation[] {
  if (relation.kind !== 'view') return all ? [relation, ...graph.descendants(relation.oid)] : [relation];
  const reads = relation.reads.flatMap((oid) => graph.relation(oid) ?? []);
  const lockable = reads.filter(({ kind }) => kind === 'table' || kind === 'partitioned table' || kind === 'view');
  return [relation, ...lockable.flatMap((one) => lockedWith(one, true, graph))];
}
