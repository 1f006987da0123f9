import type { RangeDigest, TableDigest, VerifyFinding } from '../../../model/verify-report.js';

/** What two looks at one range of a table gave. */
export interface SeenRange {
  readonly table: Pick<TableDigest, 'relation' | 'key'>;
  readonly left: RangeDigest;
  readonly right: RangeDigest;
  /** Rows of it that are there were written since the older side was read. */
  readonly written: boolean;
  /** Both sides are one database at two times, so rows may have gone since. */
  readonly sameDatabase: boolean;
  /** Nobody may have changed it: it is declared immutable, or nobody writes at all. */
  readonly exact: boolean;
}

/** What is said of a range that differs, in words without values: its ends stand in `range`. */
export function judgeRange(seen: SeenRange): VerifyFinding {
  const { table, left, right, exact } = seen;
  const about = {
    assertion: 'same-data',
    relation: table.relation,
    name: null,
    range: table.key === null ? null : { column: table.key.column, from: left.from, to: left.to },
    rows: Math.abs(left.rows - right.rows) || null,
  };
  const words =
    left.rows === right.rows
      ? `${left.rows} rows, and not the same values`
      : `${left.rows} rows, and ${right.rows} on the other side`;
  const where = `${table.relation}${table.key === null ? '' : `, a range of ${table.key.column}`}`;
  if (!exact && mayHaveChanged(seen)) {
    return { ...about, weight: 'info', message: `${where}: changed since (${words})`, remedy: null };
  }
  return {
    ...about,
    weight: 'error',
    message: `${where}: ${words}`,
    remedy: 'Compare the rows of this range one by one, and find who changed them.',
  };
}

/** A row that was written leaves its mark, and one that was deleted is missing; other bytes without a mark are nobody's work. */
function mayHaveChanged({ written, sameDatabase, left, right }: SeenRange): boolean {
  return written || (sameDatabase && right.rows < left.rows);
}

/** Changes that may be are told one by one only where they are few. */
const fewRanges = 3;

/** Findings of one table: what is wrong as it is, and of many changed ranges the sum. */
export function mergeChanges(findings: readonly VerifyFinding[], ranges: number): readonly VerifyFinding[] {
  const changed = findings.filter(({ weight }) => weight === 'info');
  const [first] = changed;
  if (first === undefined || changed.length <= fewRanges) return findings;
  const message = `${first.relation}: ${changed.length} of its ${ranges} ranges changed since`;
  return [...findings.filter(({ weight }) => weight !== 'info'), { ...first, message, rows: null, range: null }];
}
