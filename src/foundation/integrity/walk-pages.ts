import { asServerError } from '../postgres/server-error.js';
import type { PageRange } from './count-violations.js';
import { type GentleReader, isPassing } from './gentle-reader.js';

/** A table that is read from one page on. */
export interface PageWalk {
  /** `schema.name`. */
  readonly relation: string;
  readonly from: number;
}

const lastPage = 4_294_967_295;
const firstStep = 32;
const largestStep = 32_768;
const attemptsAtOnePage = 8;
/** Pages are not alike: what was fast once is not the measure for ever. */
const forgetting = 1.01;
const timedOut = '57014';

/**
 * Reads a table part by part. A part has as many pages as can be read in the reader's time for one; after a conflict, a lock
 * or a limit it is tried again with fewer. `read` may be called again for pages that failed before. `onPart` is told the next
 * page, once a part is done.
 */
export async function walkPages(
  reader: GentleReader,
  { relation, from }: PageWalk,
  {
    read,
    onPart,
  }: { readonly read: (pages: PageRange) => Promise<boolean>; readonly onPart: (next: number) => Promise<void> },
): Promise<void> {
  const pages = await reader.patient(() => countPages(reader, relation));
  let next = from;
  let step = firstStep;
  let failures = 0;
  let best = Number.POSITIVE_INFINITY;
  let strain = 1;
  while (next === from || next < pages) {
    const to = next + step >= pages ? lastPage : next + step;
    let took: number;
    let goOn: boolean;
    try {
      const part = await reader.part(() => timed(reader, () => read({ from: next, to })), strain);
      took = part.ms;
      goOn = part.value;
    } catch (error) {
      failures += 1;
      if (!mayBeSmaller(error) || (step === 1 && failures > attemptsAtOnePage)) throw error;
      await reader.retreat();
      step = Math.max(1, Math.floor(step / 4));
      continue;
    }
    failures = 0;
    const perPage = took / Math.min(step, Math.max(1, pages - next));
    best = Math.min(best * forgetting, perPage);
    strain = strain * 0.7 + 0.3 * (perPage / best);
    next = to;
    await onPart(next);
    if (!goOn) return;
    step = Math.max(1, Math.min(largestStep, Math.round(step * Math.min(2, Math.max(0.25, reader.partMs / took)))));
  }
}

/** Without the beginning of the transaction, which costs the same for a page and for a thousand. */
async function timed<Value>({ clock }: GentleReader, read: () => Promise<Value>) {
  const since = clock.now();
  const value = await read();
  return { value, ms: Math.max(0.05, clock.now() - since) };
}

function mayBeSmaller(error: unknown): boolean {
  return isPassing(error) || asServerError(error)?.code === timedOut;
}

async function countPages({ session }: GentleReader, relation: string): Promise<number> {
  const { rows } = await session.query(
    `SELECT pg_catalog.pg_relation_size(pg_catalog.to_regclass($1)) / pg_catalog.current_setting('block_size')::pg_catalog.int8 AS pages`,
    [relation],
  );
  return Number(rows[0]?.['pages'] ?? 0);
}

/** SQL that keeps rows of the alias `c` which lie on these pages. */
export function onPages({ from, to }: PageRange): string {
  return `c.ctid >= '(${from},0)'::pg_catalog.tid AND c.ctid < '(${to},0)'::pg_catalog.tid`;
}
