import { countByIndex, type CountableIndex, listCountableIndexes } from '../../../foundation/integrity/index-counts.js';
import { called, defineAssertion } from '../assertion.js';
import { look, type Looked, NotFeasible } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

type SeenCounts = { readonly byTable: number; readonly byIndex: number };

export default defineAssertion<SeenCounts>({
  id: 'indexes-complete',
  title: 'Every GiST, SP-GiST, GIN and hash index leads to as many rows as its table has',
  inspect: async (context) => {
    const { reader } = context;
    const looked: Looked<SeenCounts>[] = [];
    for (const index of await reader.patient(() => listCountableIndexes(reader.session))) {
      if (!concerns(context, [index.relation])) continue;
      const thing = { assertion: 'indexes-complete', relation: index.relation, name: index.index };
      looked.push(await look(context, thing, () => count(context, index)));
    }
    return looked;
  },
  judge: ({ byTable, byIndex }, looked) =>
    byTable === byIndex
      ? null
      : {
          weight: 'error',
          message: `${called(looked)} leads to ${byIndex} rows, and the table has ${byTable} of them`,
          remedy: 'REINDEX INDEX CONCURRENTLY builds it anew, after the cause is found.',
          rows: Math.abs(byTable - byIndex),
        },
});

/** One statement: both counts have to be of one snapshot, and an index knows no part. */
async function count({ reader }: VerifyContext, index: CountableIndex): Promise<SeenCounts> {
  const counts = await reader.patient(() => countByIndex(reader.session, index));
  if ('notVerified' in counts) throw new NotFeasible(counts.notVerified);
  return counts;
}
