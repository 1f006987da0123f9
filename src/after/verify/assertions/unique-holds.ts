import { countDuplicates, readUniqueConditions } from '../../../foundation/integrity/unique-conditions.js';
import { called, countedRows, defineAssertion } from '../assertion.js';
import { countByShares, type Share } from '../count-by-shares.js';
import type { CountedRows } from '../count-condition.js';
import { look, type Looked } from '../look.js';
import { concerns } from '../verify-context.js';

const mostShares = 64;

export default defineAssertion<CountedRows>({
  id: 'unique-holds',
  title: 'No two rows share a key whose unique index is invalid',
  inspect: async (context) => {
    const { reader } = context;
    const looked: Looked<CountedRows>[] = [];
    for (const condition of await reader.patient(() => readUniqueConditions(reader.session))) {
      const { relation, index: name } = condition;
      if (!concerns(context, [relation])) continue;
      const thing = { assertion: 'unique-holds', relation, name };
      const count = (share: Share, atMost: number) => countDuplicates(reader.session, condition, { share, atMost });
      looked.push(await look(context, thing, (partly) => countByShares(context, { mostShares, count }, partly)));
    }
    return looked;
  },
  judge: ({ rows, atMost }, looked) =>
    rows === 0
      ? null
      : {
          weight: 'error',
          message: `${called(looked)}: ${countedRows(rows, atMost)} share a key with another one`,
          remedy:
            'Merge or remove the duplicates, drop the index, and build it anew with CREATE UNIQUE INDEX CONCURRENTLY.',
          rows,
        },
});
