import {
  countConflicts,
  countNeighbours,
  countPairs,
  type ExclusionCondition,
  isSortable,
  readExclusionConditions,
} from '../../../foundation/integrity/exclusion-conditions.js';
import { called, countedRows, defineAssertion } from '../assertion.js';
import { countByShares, type Share } from '../count-by-shares.js';
import type { CountedRows } from '../count-condition.js';
import { look, type Looked, NotFeasible, type Partly } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

export default defineAssertion<CountedRows>({
  id: 'exclusions-hold',
  title: 'No two rows conflict that an exclusion constraint keeps apart',
  inspect: async (context) => {
    const { reader } = context;
    const looked: Looked<CountedRows>[] = [];
    for (const condition of await reader.patient(() => readExclusionConditions(reader.session))) {
      const { relation, name } = condition;
      if (!concerns(context, [relation])) continue;
      const thing = { assertion: 'exclusions-hold', relation, name };
      looked.push(await look(context, thing, (partly) => countExcluded(context, condition, partly)));
    }
    return looked;
  },
  judge: ({ rows, atMost }, looked) =>
    rows === 0
      ? null
      : {
          weight: 'error',
          message: `${called(looked)}: ${countedRows(rows, atMost)} ${rows === 1 ? 'conflicts' : 'conflict'} with another one`,
          remedy: 'Resolve the conflicts, then REINDEX the index of the constraint, after the cause is found.',
          rows,
        },
});

const mostShares = 64;
/** So many pairs are compared in a second or two. */
const mostPairs = 10_000_000;

function countExcluded(context: VerifyContext, condition: ExclusionCondition, partly: Partly): Promise<CountedRows> {
  if (!isSortable(condition)) return countPairByPair(context, condition);
  const { session } = context.reader;
  const isShared = condition.elements.some(({ kind }) => kind === 'equal');
  const count = (share: Share, atMost: number) => countNeighbours(session, condition, { share, atMost });
  return countByShares(context, { mostShares: isShared ? mostShares : 1, count }, partly);
}

async function countPairByPair({ reader, atMost }: VerifyContext, condition: ExclusionCondition): Promise<CountedRows> {
  const { session } = reader;
  const pairs = await reader.patient(() => countPairs(session, condition));
  if (pairs > mostPairs) {
    const operators = condition.elements.filter(({ kind }) => kind !== 'equal').map(({ operator }) => operator);
    throw new NotFeasible(
      `what ${operators.join(', ')} compares has no order, so each row would be compared with each: ${pairs.toPrecision(2)} pairs`,
    );
  }
  return { rows: await reader.patient(() => countConflicts(session, condition, atMost)), atMost };
}
