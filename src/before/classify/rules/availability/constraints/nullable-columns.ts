import { holdsRows, treeOf } from '../../../../../foundation/effects/alter/alter-target.js';
import { mayHoldNull } from '../../../../../foundation/effects/alter/not-null.js';
import type { RuleContext } from '../../../rule-context.js';
import type { AlteredTable } from '../altered-table.js';

/** Whether rows have to be read to know that a column holds no null; always, by the text alone. */
export function needsScanForNulls(column: string, altered: AlteredTable, context: RuleContext): boolean {
  const target = { handle: altered.table, recurse: altered.relation.inh === true, context };
  return treeOf(target).some((one) => holdsRows(one) && mayHoldNull(one, column, target));
}
