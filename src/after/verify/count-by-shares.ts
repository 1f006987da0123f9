import { asServerError } from '../../foundation/postgres/server-error.js';
import type { CountedRows } from './count-condition.js';
import type { Partly } from './look.js';
import type { VerifyContext } from './verify-context.js';

/** A part of all keys, told by their hash. */
export interface Share {
  readonly number: number;
  readonly of: number;
}

interface SoFar extends Share {
  readonly rows: number;
}

const timedOut = '57014';

/** All keys at once; where that takes too long, by shares of the keys, each of which reads the table again. */
export async function countByShares(
  { reader, atMost }: VerifyContext,
  {
    mostShares,
    count,
  }: {
    /** A power of four; 1: it cannot be shared. */
    readonly mostShares: number;
    readonly count: (share: Share, atMost: number) => Promise<number>;
  },
  { so, keep }: Partly,
): Promise<CountedRows> {
  let { of, number, rows } = (so ?? { of: 1, number: 0, rows: 0 }) as unknown as SoFar;
  while (number < of && rows < atMost) {
    const share = { number, of };
    try {
      rows += await reader.patient(() => count(share, atMost - rows));
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
