import type { EffectDraft } from '../effect-draft.js';
import { merge, noEffect } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import type { RelationHandle } from '../effect-context.js';
import { type AlterTarget, type CommandEffects, lockTree, scanEach, treeOf } from './alter-target.js';
import { constraintsOf } from './named-constraint.js';
import { readCheck } from './read-check.js';
import { provesNotNull } from './prove-not-null.js';

export const setNotNull: CommandEffects = ({ name }, target) => setNotNullOf(name ?? '', target, 'all');

/**
 * Before 18 a child of an inheritance parent may hold nulls where the parent does not; partitions never do.
 * Rows are looked at unless the column is so already, or a CHECK says that there is no null.
 */
export function setNotNullOf(column: string, target: AlterTarget, which: 'all' | 'descendants'): EffectDraft {
  const settled = target.context.major >= 18 || target.handle.kind === 'partitioned table';
  if (which === 'all' && settled && isNotNull(target.handle, column, target)) return noEffect;
  const tree = treeOf(target);
  const relations = (which === 'all' ? tree : tree.slice(1)).filter((relation) =>
    mayHoldNull(relation, column, target),
  );
  return merge(lockTree(target), scanEach(relations));
}

function isNotNull({ facts }: RelationHandle, column: string, { context, handle }: AlterTarget): boolean {
  const known = facts?.columns.some(({ name, notNull }) => name === column && notNull) ?? false;
  return known && !hasUnprovedNotNull(handle, column, context.graph);
}

/** NOT NULL NOT VALID (18): the catalog marks the column, although its rows may hold nulls. */
function hasUnprovedNotNull(relation: RelationHandle, column: string, graph: SchemaGraph | null): boolean {
  return constraintsOf(relation, graph).some(
    ({ kind, columns, validated }) => kind === 'not null' && columns[0] === column && !validated,
  );
}

/** Since 18 only an inherited constraint concerns the children. */
export const dropNotNull: CommandEffects = ({ name }, target) => {
  const { major, graph } = target.context;
  if (major < 18) return lockTree(target);
  const inherited = constraintsOf(target.handle, graph).some(
    ({ kind, columns, definition }) =>
      kind === 'not null' && columns[0] === name && !definition.includes(' NO INHERIT'),
  );
  return inherited ? lockTree(target) : noEffect;
};

/** Whether a column of this relation has to be read to know that it holds no null. */
export function mayHoldNull(
  relation: RelationHandle,
  column: string,
  { context }: Pick<AlterTarget, 'context'>,
): boolean {
  if (relation.facts === null) return true;
  const constraints = constraintsOf(relation, context.graph);
  const known = relation.facts.columns.find(({ name }) => name === column);
  if (known === undefined) return false;
  if (known.notNull && !hasUnprovedNotNull(relation, column, context.graph)) return false;
  return !constraints
    .filter(({ kind, validated, enforced }) => kind === 'check' && validated && enforced)
    .some(({ definition }) => provesNotNull(readCheck(definition), column));
}
