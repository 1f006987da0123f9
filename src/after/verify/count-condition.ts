import { countViolations } from '../../foundation/integrity/count-violations.js';
import type { RowCondition } from '../../foundation/integrity/row-conditions.js';
import { walkPages } from '../../foundation/integrity/walk-pages.js';
import type { Partly } from './look.js';
import type { VerifyContext } from './verify-context.js';

/** Rows at fault, and where counting them stopped. */
export type CountedRows = { readonly rows: number; readonly atMost: number };

interface SoFar {
  /** Number of the source, and its next page. */
  readonly source: number;
  readonly next: number;
  readonly rows: number;
}

/** Counts the rows that break a condition, table by table and page by page. */
export async function countCondition(
  { reader, atMost }: VerifyContext,
  condition: RowCondition,
  { so, keep }: Partly,
): Promise<CountedRows> {
  const start = (so ?? { source: 0, next: 0, rows: 0 }) as unknown as SoFar;
  let { rows } = start;
  for (const [at, source] of condition.sources.entries()) {
    if (at < start.source || rows >= atMost) continue;
    await walkPages(
      reader,
      { relation: source, from: at === start.source ? start.next : 0 },
      {
        read: async (pages) => {
          await reader.session.query(condition.keyed ? byTheKey : byAnyJoin);
          rows += await countViolations(reader.session, { condition, source }, { atMost: atMost - rows, pages });
          return rows < atMost;
        },
        onPart: (next) => keep({ source: at, next, rows }),
      },
    );
  }
  return { rows, atMost };
}

/* A hash of the whole table that is referred to would be built for every part anew: a key has an index. */
const byTheKey = 'SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off';
const byAnyJoin = 'SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL enable_material = on';
