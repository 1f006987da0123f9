import { checkHeap, findAmcheck, listHeaps } from '../../../foundation/integrity/amcheck.js';
import { walkPages } from '../../../foundation/integrity/walk-pages.js';
import { amcheckMissing } from '../amcheck-missing.js';
import { called, defineAssertion } from '../assertion.js';
import { look, type Looked, type Partly } from '../look.js';
import { concerns, type VerifyContext } from '../verify-context.js';

/** Places at fault, and the first in the server's words, which name pages and no values. */
type SeenHeap = { readonly places: number; readonly first: string | null };

export default defineAssertion<SeenHeap>({
  id: 'heap-sound',
  title: 'Every page of a table and its TOAST can be read and makes sense',
  inspect: async (context) => {
    const { reader } = context;
    const amcheck = await reader.patient(() => findAmcheck(reader.session));
    const missing = amcheckMissing(amcheck, 'verify_heapam');
    const { schema } = amcheck;
    if (missing !== null || schema === null) return missing === null ? [] : [missing];
    const looked: Looked<SeenHeap>[] = [];
    for (const relation of await reader.patient(() => listHeaps(reader.session))) {
      if (!concerns(context, [relation])) continue;
      const thing = { assertion: 'heap-sound', relation, name: null };
      looked.push(await look(context, thing, (partly) => readHeap(context, { relation, schema }, partly)));
    }
    return looked;
  },
  judge: ({ places, first }, looked) =>
    places === 0
      ? null
      : {
          weight: 'error',
          message: `${called(looked)}: ${places} damaged ${places === 1 ? 'place' : 'places'}; the first: ${first}`,
          remedy: 'Stop writing to the table, and compare it with a backup before anything is repaired.',
          rows: null,
        },
});

async function readHeap(
  { reader }: VerifyContext,
  { relation, schema }: { readonly relation: string; readonly schema: string },
  { so, keep }: Partly,
): Promise<SeenHeap> {
  const start = (so ?? { next: 0, places: 0, first: null }) as unknown as SeenHeap & { readonly next: number };
  let { places, first } = start;
  await walkPages(
    reader,
    { relation, from: start.next },
    {
      read: async (pages) => {
        const found = await checkHeap(reader.session, relation, { schema, pages });
        places += found.places;
        first ??= found.first;
        return true;
      },
      onPart: (next) => keep({ next, places, first }),
    },
  );
  return { places, first };
}
