import {
  type AssertionResult,
  findingsOf,
  type KeyRange,
  type VerifyFinding,
  type VerifyReport,
  type VerifyWeight,
} from '../../model/verify-report.js';
import { formatCounted, formatDuration } from '../units.js';

/** What every renderer says first. */
export function headFacts(report: VerifyReport): readonly string[] {
  const { server, database, reading, durationMs } = report;
  return [
    `lockkeeper verify`,
    `${database} on PostgreSQL ${server.version}`,
    `${formatDuration(durationMs)}, of which ${formatDuration(reading.pausedMs)} left to others`,
    `longest transaction ${formatDuration(reading.longestTransactionMs)}`,
    ...(reading.heldBackMs > 0 ? [`held back for ${formatDuration(reading.heldBackMs)} by the application`] : []),
    ...(reading.retries > 0 ? [formatCounted(reading.retries, 'part read again', 'parts read again')] : []),
  ];
}

/** The verdict in a few words. */
export function verdictInWords(report: VerifyReport): string {
  const counts = new Map<VerifyWeight, number>();
  for (const { weight } of findingsOf(report)) counts.set(weight, (counts.get(weight) ?? 0) + 1);
  const unread = report.snapshot?.unread.length ?? 0;
  const unknown = (counts.get('unknown') ?? 0) + unread;
  const parts = [
    countedOf(counts.get('error') ?? 0, 'is wrong', 'are wrong'),
    countedOf(unknown, 'could not be looked at', 'could not be looked at'),
    countedOf(counts.get('warning') ?? 0, 'nobody vouches for', 'nobody vouches for'),
    countedOf(counts.get('info') ?? 0, 'changed since', 'changed since'),
  ].filter((part) => part !== null);
  if (parts.length > 0) return parts.join(', ');
  const left = notVerifiedInWords(report).length;
  const holds = left === 0 ? 'all holds' : `all holds that was looked at; ${formatCounted(left, 'thing')} not verified`;
  return report.action === 'snapshot' ? 'written down' : report.action === 'compare' ? 'the same data' : holds;
}

function countedOf(count: number, one: string, several: string): string | null {
  return count === 0 ? null : `${formatCounted(count, 'thing')} ${count === 1 ? one : several}`;
}

/** `id from 1200 up to 1300`. */
export function rangeInWords({ column, from, to }: KeyRange): string {
  if (from === null && to === null) return `all of ${column}`;
  if (from === null) return `${column} below ${to}`;
  return to === null ? `${column} from ${from} on` : `${column} from ${from} up to, without, ${to}`;
}

/** `12 looked at, 0.4 s`. */
export function lookedInWords({ checked, durationMs, verdict }: AssertionResult): string {
  if (verdict === 'skipped') return 'left out, as asked';
  return `${checked === 0 ? 'nothing found' : `${checked} looked at`}, ${formatDuration(durationMs)}`;
}

/** What assertions are about and was not looked at, each with its reason. */
export function notVerifiedInWords({ assertions }: VerifyReport): readonly string[] {
  return assertions.flatMap(({ notVerified }) =>
    notVerified.map(({ relation, name, reason }) => {
      const called = [relation, name].filter((part) => part !== null).join(', ');
      return `not verified: ${called === '' ? 'the database' : called}: ${reason}`;
    }),
  );
}

/** What was compared, or written down; null for assertions. */
export function dataInWords({ comparison, snapshot }: VerifyReport): string | null {
  if (comparison !== null) {
    const { left, right, tables, rows, ranges, exact } = comparison;
    return (
      `${left.name} with ${right.name}: ${formatCounted(tables, 'table')}, ${formatCounted(rows, 'row')} in ` +
      `${formatCounted(ranges, 'range')}; ${exact.length} compared exactly`
    );
  }
  if (snapshot === null) return null;
  const { path, tables, rows, digest } = snapshot;
  return `${path}: ${formatCounted(tables, 'table')}, ${formatCounted(rows, 'row')}, sha256 ${digest}`;
}

/** Of a snapshot: what it does not have, as findings are told. */
export function unreadFindings({ snapshot }: VerifyReport): readonly VerifyFinding[] {
  return (snapshot?.unread ?? []).map(({ relation, reason }) => ({
    assertion: 'same-data',
    weight: 'unknown',
    relation,
    name: null,
    message: `${relation}: ${reason}`,
    remedy: null,
    rows: null,
    range: null,
  }));
}
