import type { Session } from '../postgres/session.js';
import type { RowCondition } from './row-conditions.js';

/** Pages of a table, the first and the one behind the last. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

export interface CountOptions {
  /** Counting stops there. */
  readonly atMost: number;
  /** Only the rows on these pages: a part that takes a short snapshot. Null: all. */
  readonly pages?: PageRange | null;
}

/** Rows of one of a condition's sources that are at fault, up to a limit. It only reads, and takes no lock but a reader's. */
export async function countViolations(
  session: Session,
  { condition, source }: { readonly condition: Pick<RowCondition, 'violated'>; readonly source: string },
  { atMost, pages = null }: CountOptions,
): Promise<number> {
  const part =
    pages === null
      ? ''
      : ` AND c.ctid >= '(${pages.from},0)'::pg_catalog.tid AND c.ctid < '(${pages.to},0)'::pg_catalog.tid`;
  const { rows } = await session.query(
    `SELECT pg_catalog.count(*)::text AS rows FROM (SELECT FROM ONLY ${source} AS c WHERE (${condition.violated})${part} LIMIT ${atMost}) AS found`,
  );
  return Number(rows[0]?.['rows']);
}

/** Ranges that together cover a table of so many pages; the last has no end, for a table grows while it is read. */
export function pageRanges(pages: number, pagesPerRange: number): readonly PageRange[] {
  const count = Math.max(1, Math.ceil(pages / pagesPerRange));
  return Array.from({ length: count }, (_, at) => ({
    from: at * pagesPerRange,
    to: at === count - 1 ? 4_294_967_295 : (at + 1) * pagesPerRange,
  }));
}
