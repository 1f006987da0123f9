import type { SchemaConstraint, SchemaRelation } from '../../../../../model/schema.js';
import type { RuleContext } from '../../../rule-context.js';
import type { AlteredTable } from '../altered-table.js';

/** Partitions that hold rows, of all levels; none for an ordinary table. */
export function leavesOf({ table }: AlteredTable, { graph }: RuleContext): readonly SchemaRelation[] {
  if (graph === null || table.facts === null || table.kind !== 'partitioned table') return [];
  return graph.descendants(table.facts.oid).filter(({ kind }) => kind === 'table');
}

/** A partitioned table takes over the valid keys that all its partitions have, and looks at no row. */
export function isAdopted(
  altered: AlteredTable,
  key: Pick<SchemaConstraint, 'kind' | 'columns' | 'referenced'>,
  context: RuleContext,
): boolean {
  const leaves = leavesOf(altered, context);
  const alike = (one: SchemaConstraint): boolean =>
    one.kind === key.kind &&
    one.validated &&
    one.referenced === key.referenced &&
    one.columns.length === key.columns.length &&
    one.columns.every((column, at) => column === key.columns[at]);
  return leaves.length > 0 && leaves.every(({ oid }) => context.graph?.constraints(oid).some(alike) === true);
}
