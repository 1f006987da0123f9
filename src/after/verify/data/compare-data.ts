import type { Clock } from '../../../foundation/runtime/clock.js';
import type { RangeDigest, TableDigest, VerifyFinding } from '../../../model/verify-report.js';
import { explainUnseen, isDamage, type Unseen } from '../look.js';
import { findDifferentRanges, isSameRange, type RangePair } from './compare-digests.js';
import type { DataSide } from './data-side.js';
import { judgeRange, mergeChanges } from './judge-range.js';

export interface CompareOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Compared exactly: `schema.name` each; null: everything, for nobody writes. */
  readonly exact: ReadonlySet<string> | null;
  readonly onItem: (text: string) => void;
}

export interface ComparedData {
  readonly tables: number;
  readonly ranges: number;
  readonly rows: number;
  readonly findings: readonly VerifyFinding[];
}

/** Two live databases are looked at so often, for one may be a little behind the other. */
const looks = 4;
const betweenLooksMs = 500;

/** Compares the tables of the left side that are asked for with the same ones on the right. */
export async function compareData(
  left: DataSide,
  right: DataSide,
  { relations, ...options }: CompareOptions & { readonly relations: readonly string[] },
): Promise<ComparedData> {
  const findings: VerifyFinding[] = [];
  let ranges = 0;
  let rows = 0;
  for (const relation of relations) {
    options.onItem(relation);
    const one = await left.digest(relation, null);
    if ('reason' in one) {
      findings.push(unseen(relation, one));
      continue;
    }
    ranges += one.ranges.length;
    rows += one.rows;
    findings.push(...(await compareTable({ left, right }, one, options)));
  }
  return { tables: relations.length, ranges, rows, findings };
}

interface Sides {
  readonly left: DataSide;
  readonly right: DataSide;
}

async function compareTable(
  sides: Sides,
  one: TableDigest,
  options: CompareOptions,
): Promise<readonly VerifyFinding[]> {
  const { relation, columns, key, ranges } = one;
  const there = sides.right.tables.get(relation);
  if (there === undefined) return one.rows === 0 ? [] : [lost(one, 'is not there on the other side')];
  const missing = columns.filter((column) => !there.columns.includes(column));
  if (missing.length > 0) return one.rows === 0 ? [] : [lost(one, `has no ${missing.join(', ')} on the other side`)];
  const bounds = ranges.flatMap(({ to }) => (to === null ? [] : [to]));
  const other = await sides.right.digest(relation, { relation, columns, key, bounds });
  if ('reason' in other) return [unseen(relation, other)];
  if (other.columns.join('\0') !== columns.join('\0')) return [unseen(relation, otherColumns)];
  const findings: VerifyFinding[] = [];
  for (const pair of findDifferentRanges(one, other)) {
    const finding = await judgeAgain(sides, { one, other, pair }, options);
    if (finding !== null) findings.push(finding);
  }
  return mergeChanges(findings, ranges.length);
}

const otherColumns = {
  sqlState: null,
  reason: 'the snapshots were taken over other columns',
  remedy: 'Compare the older snapshot with the database itself.',
};

interface Difference {
  readonly one: TableDigest;
  readonly other: TableDigest;
  readonly pair: RangePair;
}

/**
 * Looks at what is live once more, each time in one instant: what only moved while it was read is the same then. What may
 * not have changed at all needs no second look to be wrong.
 */
async function judgeAgain(
  sides: Sides,
  difference: Difference,
  options: CompareOptions,
): Promise<VerifyFinding | null> {
  const { one, pair } = difference;
  const exact = options.exact === null || options.exact.has(one.relation);
  const sameDatabase = isLaterSelf(sides);
  try {
    const seen = await lookAgain(sides, difference, options);
    return seen === null ? null : judgeRange({ table: one, ...seen, sameDatabase, exact });
  } catch (error) {
    const why = explainUnseen(error);
    if (!exact) return unseen(one.relation, why);
    return judgeRange({ table: one, ...pair, written: false, sameDatabase, exact });
  }
}

/** The left side was written down earlier of the very database on the right. */
function isLaterSelf({ left, right }: Sides): boolean {
  return left.again === null && left.identity !== null && left.identity === right.identity;
}

/** Null once both sides are the same. */
async function lookAgain(
  sides: Sides,
  { one, other, pair }: Difference,
  { clock, signal }: CompareOptions,
): Promise<(RangePair & { readonly written: boolean }) | null> {
  const { left, right } = sides;
  const since = isLaterSelf(sides) ? one.since : other.since;
  const atMost = left.again !== null && right.again !== null ? looks : 1;
  let now = pair;
  let written = false;
  for (let look = 1; look <= atMost; look += 1) {
    const before = await again(left, { table: one, range: now.left, since: one.since });
    const after = await again(right, { table: one, range: now.right, since });
    now = { left: before.digest, right: after.digest };
    if (isSameRange(now)) return null;
    written = before.written || after.written;
    if (look < atMost) await clock.sleep(betweenLooksMs, signal);
  }
  return { ...now, written };
}

async function again(
  { again: look }: DataSide,
  { table, range, since }: { readonly table: TableDigest; readonly range: RangeDigest; readonly since: string | null },
) {
  return look === null ? { digest: range, written: false } : await look(table, range, since);
}

function lost({ relation, rows }: TableDigest, what: string): VerifyFinding {
  return {
    assertion: 'same-data',
    weight: 'error',
    relation,
    name: null,
    message: `${relation} ${what}; it had ${rows} rows`,
    remedy: 'If that was not meant, bring it back from a backup or from what was kept.',
    rows,
    range: null,
  };
}

function unseen(relation: string, { reason, remedy, ...more }: Unseen): VerifyFinding {
  return {
    assertion: 'same-data',
    weight: isDamage({ reason, remedy, ...more }) ? 'error' : 'unknown',
    relation,
    name: null,
    message: `${relation}: ${reason}`,
    remedy,
    rows: null,
    range: null,
  };
}
