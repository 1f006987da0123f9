import { readSoftConditions } from '../../../foundation/integrity/soft-conditions.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { DeclaredReference } from '../../../model/verify-settings.js';
import { defineAssertion } from '../assertion.js';
import { type CountedRows, countCondition } from '../count-condition.js';
import type { Looked } from '../look.js';
import { lookAtConditions, saidOfOrphans } from '../look-at-conditions.js';
import { concerns } from '../verify-context.js';

export default defineAssertion<CountedRows>({
  id: 'soft-references',
  title: 'Every declared reference without a constraint leads to a row',
  inspect: async (context) => {
    const { reader, settings } = context;
    const { conditions, unresolved } = await reader.patient(() =>
      readSoftConditions(reader.session, settings.softReferences),
    );
    const lost = unresolved.filter(({ table, references }) => concerns(context, [table, references])).map(lookedInVain);
    const seen = await lookAtConditions(context, { assertion: 'soft-references', conditions, read: countCondition });
    return [...seen, ...lost];
  },
  judge: saidOfOrphans,
});

function lookedInVain({ table, columns, references, referencedColumns }: DeclaredReference): Looked<CountedRows> {
  const list = (names: readonly string[]) => names.map(quoteIdentifier).join(', ');
  return {
    relation: table,
    name: `soft reference (${list(columns)}) to ${references} (${list(referencedColumns)})`,
    seen: null,
    unseen: {
      sqlState: null,
      reason: 'a table or a column of it is not there',
      remedy: 'Correct the comment that declares it, or targets.….verify.softReferences.',
    },
  };
}
