import { countViolations, pageRanges, type PageRange } from '../../../../../foundation/integrity/count-violations.js';
import { readOnly } from '../../../../../foundation/postgres/read-only.js';
import type { Session } from '../../../../../foundation/postgres/session.js';
import type { Clock } from '../../../../../foundation/runtime/clock.js';
import { ChangeSafetyError } from '../../../../../model/change-safety-error.js';
import type { CountableTest, Source } from './countable-test.js';

/** How rows are read without anybody noticing. */
export interface Gentleness {
  readonly session: Session;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By the clock: whatever is not read then stays unread. */
  readonly deadline: number;
  readonly pagesPerPart: number;
  /** Counting stops there. */
  readonly atMost: number;
}

export type Counted =
  | { readonly kind: 'counted'; readonly violators: number; readonly foundIn: string | null }
  /** The server refused a value and does not say how many are like it. */
  | { readonly kind: 'refused'; readonly sqlState: string; readonly foundIn: string | null }
  /** The table, column or type is not there yet: the change makes it. */
  | { readonly kind: 'not there yet' }
  | { readonly kind: 'unreadable'; readonly sqlState: string | null }
  | { readonly kind: 'out of time' };

const partTimeoutMs = 10_000;
/** Between two parts the disk and the cache belong to others. */
const pauseMs = 5;

/** Counts the rows at fault, part by part, each in a short transaction of its own: not one instant, and no long snapshot. */
export async function countTest(test: CountableTest, how: Gentleness): Promise<Counted> {
  let violators = 0;
  let foundIn: string | null = null;
  let reading: string | null = null;
  try {
    for (const part of partsOf(test, how.pagesPerPart)) {
      how.signal.throwIfAborted();
      const left = how.deadline - how.clock.now();
      if (left <= 0) return { kind: 'out of time' };
      reading = part.source;
      const more = await readPart(how, Math.ceil(Math.min(left, partTimeoutMs)), () =>
        countPart(how.session, part, { test, atMost: how.atMost - violators }),
      );
      if (more > 0) foundIn ??= part.source;
      violators += more;
      if (violators >= how.atMost) break;
      await how.clock.sleep(pauseMs, how.signal);
    }
    return { kind: 'counted', violators, foundIn };
  } catch (error) {
    if (!(error instanceof ChangeSafetyError) || error.sqlState === undefined) throw error;
    return outcomeOf(error.sqlState, reading);
  }
}

interface Part {
  readonly source: string;
  /** Of a row at fault; empty where the kind of the test says it. */
  readonly violated: string;
  /** Null: all at once, for what cannot be told from a part. */
  readonly pages: PageRange | null;
}

function partsOf(test: CountableTest, pagesPerPart: number): readonly Part[] {
  if (test.kind === 'duplicates') return [{ source: test.source, violated: '', pages: null }];
  const sources: readonly (Source & { readonly violated?: string })[] = test.sources;
  return sources.flatMap(({ name, pages, violated = '' }) =>
    pageRanges(pages, pagesPerPart).map((range) => ({ source: name, violated, pages: range })),
  );
}

async function readPart(
  { session }: Gentleness,
  statementTimeoutMs: number,
  count: () => Promise<number>,
): Promise<number> {
  return await readOnly(session, { what: 'the rows', statementTimeoutMs, lockTimeoutMs: 200 }, async () => {
    // A policy would hide rows: then the server is to refuse. Parallel workers would take what others need.
    await session.query('SET LOCAL row_security = off; SET LOCAL max_parallel_workers_per_gather = 0');
    return count();
  });
}

async function countPart(
  session: Session,
  { source, violated, pages }: Part,
  { test, atMost }: { readonly test: CountableTest; readonly atMost: number },
): Promise<number> {
  if (test.kind === 'rows') return countViolations(session, { condition: { violated }, source }, { atMost, pages });
  if (test.kind === 'duplicates') {
    const { rows } = await session.query(
      `SELECT pg_catalog.count(*) AS values FROM (${duplicatesSql(test)} LIMIT ${atMost}) AS found`,
    );
    return Number(rows[0]?.['values']);
  }
  const range = pages ?? { from: 0, to: 0 };
  await session.query(`SELECT pg_catalog.count((${test.value})::${test.type}) FROM ONLY ${source} AS c
    WHERE c.ctid >= '(${range.from},0)'::pg_catalog.tid AND c.ctid < '(${range.to},0)'::pg_catalog.tid`);
  return 0;
}

/** Values that several rows have. */
export function duplicatesSql({ source, keys, where }: Extract<CountableTest, { kind: 'duplicates' }>): string {
  const given = where.length === 0 ? '' : ` WHERE ${where.map((one) => `(${one})`).join(' AND ')}`;
  return `SELECT ${keys.join(', ')} FROM ${source} AS c${given} GROUP BY ${keys.join(', ')} HAVING pg_catalog.count(*) > 1`;
}

const notThere: ReadonlySet<string> = new Set(['42P01', '42703', '42704', '42883', '3F000']);

function outcomeOf(sqlState: string | null, foundIn: string | null): Counted {
  if (sqlState === null) return { kind: 'unreadable', sqlState };
  if (sqlState === '57014') return { kind: 'out of time' };
  if (notThere.has(sqlState)) return { kind: 'not there yet' };
  return sqlState.startsWith('22') ? { kind: 'refused', sqlState, foundIn } : { kind: 'unreadable', sqlState };
}
