import { handleOf } from '../effect-context.js';
import { lock, merge, noEffect } from '../effect-draft.js';
import { type CommandEffects, lockEach, lockTree, partitionsOf, scanEach, treeOf } from './alter-target.js';
import { constraintsOf, findConstraint, isInherited } from './named-constraint.js';

/** One that is valid already asks for nothing more. A foreign key is checked by a query over both tables. */
export const validateConstraint: CommandEffects = ({ name }, target) => {
  const { context, handle } = target;
  if (context.graph === null) return scanEach([handle]);
  const constraint = findConstraint(name, target);
  if (constraint === null || constraint.validated) return noEffect;
  if (constraint.kind !== 'foreign key') {
    if (!isInherited(constraint)) return scanEach([handle]);
    const unchecked = treeOf(target).filter((relation) =>
      constraintsOf(relation, context.graph).some((one) => sameConstraint(one, constraint) && !one.validated),
    );
    return merge(lockTree(target), scanEach(unchecked));
  }
  const referenced = context.graph.relation(constraint.referenced ?? '');
  const partitions = partitionsOf(handle, context);
  return merge(
    lockEach(partitions, target.mode),
    scanEach([handle, ...partitions]),
    referenced === null
      ? noEffect
      : merge(
          lock(handleOf(referenced), 'RowShareLock'),
          lockEach(partitionsOf(handleOf(referenced), context), 'AccessShareLock'),
          scanEach([handleOf(referenced), ...partitionsOf(handleOf(referenced), context)], 'possible'),
        ),
  );
};

/** Children's NOT NULLs have names of their own. */
function sameConstraint(
  one: { readonly kind: string; readonly name: string; readonly columns: readonly string[] },
  other: { readonly kind: string; readonly name: string; readonly columns: readonly string[] },
): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind === 'not null' ? one.columns[0] === other.columns[0] : one.name === other.name;
}
