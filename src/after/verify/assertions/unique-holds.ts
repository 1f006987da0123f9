import { asServerError } from '../../../foundation/postgres/server-error.js';
import {
  countDuplicates,
  readUniqueConditions,
  type UniqueCondition,
} from '../../../foundation/integrity/unique-conditions.js';
import { called, countedRows, defineAssertion } from '../assertion.js';
import type { CountedRows } from '../count-condition.js';
import { look, type Looked, type Partly } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

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
      looked.push(await look(context, thing, (partly) => countByShares(context, condition, partly)));
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

const mostShares = 64;
const timedOut = '57014';

interface SoFar {
  readonly of: number;
  readonly number: number;
  readonly rows: number;
}

/** All keys at once; where that takes too long, by shares of the keys, each of which reads the table again. */
async function countByShares(
  { reader, atMost }: VerifyContext,
  condition: UniqueCondition,
  { so, keep }: Partly,
): Promise<CountedRows> {
  let { of, number, rows } = (so ?? { of: 1, number: 0, rows: 0 }) as unknown as SoFar;
  while (number < of && rows < atMost) {
    const share = { number, of };
    try {
      rows += await reader.patient(() => countDuplicates(reader.session, condition, { share, atMost: atMost - rows }));
      number += 1;
    } catch (error) {
      if (asServerError(error)?.code !== timedOut || of >= mostShares) throw error;
      await reader.retreat();
      of *= 4;
      number *= 4;
    }
    await keep({ of, number, rows });
  }
  return { rows: Math.min(rows, atMost), atMost };
}
