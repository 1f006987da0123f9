import type { RangeDigest, TableDigest } from '../../../model/verify-report.js';

export interface RangePair {
  readonly left: RangeDigest;
  readonly right: RangeDigest;
}

/**
 * The ranges of two digests over the same columns that differ. Whole tables come first: where both have the same rows, a
 * range may still differ by how a library sorts text. Digests with other bounds are compared as wholes.
 */
export function findDifferentRanges(left: TableDigest, right: TableDigest): readonly RangePair[] {
  const whole = { left: wholeOf(left), right: wholeOf(right) };
  if (isSameRange(whole)) return [];
  if (boundsOf(left) !== boundsOf(right)) return [whole];
  const pairs = left.ranges.flatMap((range, at) => {
    const other = right.ranges[at];
    return other === undefined ? [] : [{ left: range, right: other }];
  });
  return pairs.filter((pair) => !isSameRange(pair));
}

export function isSameRange({ left, right }: RangePair): boolean {
  return left.rows === right.rows && left.checksum === right.checksum;
}

function wholeOf({ ranges, rows }: TableDigest): RangeDigest {
  const checksum = ranges.reduce((sum, range) => sum + BigInt(range.checksum), 0n);
  return { from: null, to: null, rows, checksum: String(checksum) };
}

function boundsOf({ key, ranges }: TableDigest): string {
  return JSON.stringify([key?.column, ranges.map(({ to }) => to)]);
}
