import {
  type Amcheck,
  type CheckableIndex,
  checkIndex,
  findAmcheck,
  listCheckableIndexes,
} from '../../../foundation/integrity/amcheck.js';
import { asServerError } from '../../../foundation/postgres/server-error.js';
import { amcheckMissing } from '../amcheck-missing.js';
import { called, defineAssertion } from '../assertion.js';
import { look, type Looked } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

/** How thoroughly an index was read: and compared with its table, or only by itself. */
type SeenIndex = 'with its table' | 'by itself';

export default defineAssertion<SeenIndex>({
  id: 'indexes-sound',
  title: 'Every B-tree and GIN index is in order, and has all rows of its table',
  inspect: async (context) => {
    const { reader } = context;
    const amcheck = await reader.patient(() => findAmcheck(reader.session));
    const missing = amcheckMissing(amcheck, 'bt_index_check');
    if (missing !== null) return [missing];
    const looked: Looked<SeenIndex>[] = [];
    for (const index of await reader.patient(() => listCheckableIndexes(reader.session))) {
      if (!concerns(context, [index.relation])) continue;
      // Older versions of amcheck read only B-trees.
      if (index.method === 'gin' && !amcheck.allowed.includes('gin_index_check')) continue;
      const thing = { assertion: 'indexes-sound', relation: index.relation, name: index.index };
      looked.push(await look(context, thing, () => readIndex(context, index, amcheck)));
    }
    return looked;
  },
  judge: (seen, looked) =>
    seen === 'with its table'
      ? null
      : {
          weight: 'unknown',
          message: `${called(looked)} is in order, but comparing it with its table takes longer than one transaction may`,
          remedy: 'Raise --max-transaction, or read on a replica with --on-replica.',
          rows: null,
        },
});

const timedOut = '57014';

/** A whole index at once, for amcheck knows no part: within the limit of a transaction, else less thoroughly. */
async function readIndex({ reader }: VerifyContext, index: CheckableIndex, amcheck: Amcheck): Promise<SeenIndex> {
  const check = (heap: boolean) => reader.patient(() => checkIndex(reader.session, index, { ...amcheck, heap }));
  try {
    await check(true);
    return 'with its table';
  } catch (error) {
    if (index.method === 'gin' || asServerError(error)?.code !== timedOut) throw error;
    await reader.retreat();
    await check(false);
    return 'by itself';
  }
}
