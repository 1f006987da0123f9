import type { ATAlterConstraint } from '@pgsql/types';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaConstraint } from '../../../model/schema.js';
import type { SchemaGraph } from '../schema-graph.js';
import { type AlterTarget, type CommandEffects, lockEach, lockTree, scanEach } from './alter-target.js';
import { findConstraint, keyFamily } from './named-constraint.js';
import { setNotNullOf } from './not-null.js';

/** Deferrability is a matter of the referencing side; enforcement of both. NOT NULL can be given to children (18). */
export const alterConstraint: CommandEffects = ({ def }, target) => {
  const { graph } = target.context;
  if (def === undefined || !('ATAlterConstraint' in def)) return noEffect;
  const change = def.ATAlterConstraint;
  if (graph === null) return change.is_enforced === true ? scanEach([target.handle]) : noEffect;
  const constraint = findConstraint(change.conname, target);
  if (constraint === null) return noEffect;
  if (constraint.kind !== 'foreign key') {
    return change.noinherit === true
      ? lockChildren(target, graph)
      : merge(lockTree(target), inheritNotNull(constraint, target));
  }
  const family = keyFamily(constraint, graph);
  const enforced = change.is_enforced === true;
  if (target.context.major >= 18 && isUnchanged(change, constraint)) return noEffect;
  if (change.alterEnforceability !== true || enforced === constraint.enforced) return lockReferencing(family, graph);
  return merge(lockReferencing(family, graph), enforced ? enforce(family, graph) : lockReferenced(family, graph));
};

/** Earlier majors go through the partitions although nothing changes. */
function isUnchanged(change: ATAlterConstraint, { deferrable, enforced, definition }: SchemaConstraint): boolean {
  const sameDeferrability =
    (change.deferrable === true) === deferrable &&
    (change.initdeferred === true) === definition.includes('INITIALLY DEFERRED');
  return (
    (change.alterDeferrability !== true || sameDeferrability) &&
    (change.alterEnforceability !== true || (change.is_enforced === true) === enforced)
  );
}

/** Those of the first level keep the constraint as their own. */
function lockChildren({ handle, mode }: AlterTarget, graph: SchemaGraph): EffectDraft {
  return lockEach(graph.children(handle.facts?.oid ?? '').map(handleOf), mode);
}

function lockReferencing(family: readonly SchemaConstraint[], graph: SchemaGraph): EffectDraft {
  return merge(...family.map(({ relation }) => lockOid(relation, graph)));
}

function lockReferenced(family: readonly SchemaConstraint[], graph: SchemaGraph): EffectDraft {
  return merge(...family.map(({ referenced }) => lockOid(referenced, graph)));
}

/** The triggers come back, and the rows are checked; how those that they refer to are read, a plan decides. */
function enforce(family: readonly SchemaConstraint[], graph: SchemaGraph): EffectDraft {
  return merge(
    ...family.map(({ referenced, relation }) => {
      const table = handleOrNull(relation, graph);
      const other = handleOrNull(referenced, graph);
      return merge(
        lock(other, 'ShareRowExclusiveLock'),
        table === null ? noEffect : scanEach([table]),
        other === null ? noEffect : scanEach([other], 'possible'),
      );
    }),
  );
}

function inheritNotNull(constraint: SchemaConstraint, target: AlterTarget): EffectDraft {
  const children = { ...target, recurse: true };
  return setNotNullOf(constraint.columns[0] ?? '', children, 'descendants');
}

function lockOid(oid: string | null, graph: SchemaGraph): EffectDraft {
  return lock(handleOrNull(oid, graph), 'AccessExclusiveLock');
}

function handleOrNull(oid: string | null, graph: SchemaGraph) {
  const facts = oid === null ? null : graph.relation(oid);
  return facts === null ? null : handleOf(facts);
}
