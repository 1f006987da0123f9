import type { JsonValue } from './json.js';

/**
 * What was found is graver or lighter than a finding of a rehearsal only in one way: `unknown` says that nobody could look,
 * and never counts as a pass.
 * - `error`: rows, an index or a sequence are wrong;
 * - `warning`: nobody vouches for it, though nothing wrong was seen;
 * - `info`: it changed, and it may.
 */
export const verifyWeights = ['error', 'unknown', 'warning', 'info'] as const;
export type VerifyWeight = (typeof verifyWeights)[number];

/** A part of a table, by one column of its key. Its ends are data. */
export interface KeyRange {
  /** As quote_ident writes it. */
  readonly column: string;
  /** Values as text: from this one on, and up to but without that one; null: no end on that side. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface VerifyFinding {
  /** Id of the assertion that it belongs to; `same-data` for a comparison. */
  readonly assertion: string;
  readonly weight: VerifyWeight;
  /** `schema.name`, each part as quote_ident writes it; null for what is of no one relation. */
  readonly relation: string | null;
  /** Of the constraint, index, sequence, column or invariant; null: the relation itself. */
  readonly name: string | null;
  /** What is wrong, in one sentence with its figures and without any row's values. */
  readonly message: string;
  /** What to do, as words or as SQL to paste. It was not run. */
  readonly remedy: string | null;
  /** Rows at fault, counted up to a limit; null for what is no matter of rows. */
  readonly rows: number | null;
  readonly range: KeyRange | null;
}

/** Something that an assertion is about and that no gentle reading can show: nothing is said of it, neither good nor bad. */
export interface NotVerified {
  /** `schema.name`, as quote_ident writes it. */
  readonly relation: string | null;
  readonly name: string | null;
  /** Why it was not looked at. */
  readonly reason: string;
}

/** `fail` for an error, `warn` for a warning, `skipped` when somebody asked for that. */
export type AssertionVerdict = 'pass' | 'warn' | 'fail' | 'unknown' | 'skipped';

/** One thing that has to hold, with all that is needed to judge it again later. */
export interface AssertionResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: AssertionVerdict;
  /** Things that were looked at: constraints, indexes, sequences, tables. */
  readonly checked: number;
  readonly findings: readonly VerifyFinding[];
  /** What was left out, and counts neither as looked at nor as a pass. */
  readonly notVerified: readonly NotVerified[];
  /** What was read, before anybody judged it. */
  readonly observation: JsonValue;
  readonly durationMs: number;
}

/** How gently the database was read. */
export interface ReadingFigures {
  readonly transactions: number;
  readonly statements: number;
  /** Milliseconds; a transaction holds its locks, and each statement its snapshot, that long at most. */
  readonly longestTransactionMs: number;
  readonly longestStatementMs: number;
  /** Milliseconds spent with waiting, so that others come first. */
  readonly pausedMs: number;
  /** Of these, milliseconds in which the application or a standby was slower than it may be. */
  readonly heldBackMs: number;
  /** Parts that were read again, smaller: after a conflict with recovery, a lock, or a limit. */
  readonly retries: number;
}

/** Counts and checksums of one part of a table. */
export interface RangeDigest {
  readonly from: string | null;
  readonly to: string | null;
  readonly rows: number;
  /** Sum of the hashes of the rows' text: their order does not count. */
  readonly checksum: string;
}

export interface TableDigest {
  readonly relation: string;
  /** Names as the catalog has them, sorted. */
  readonly columns: readonly string[];
  /** The column whose ranges are told apart; null: the table is one range. */
  readonly key: { readonly column: string; readonly type: string } | null;
  readonly ranges: readonly RangeDigest[];
  readonly rows: number;
  /** Whatever was written since the reading began has this transaction number (xid8) or a later one; null on a standby. */
  readonly since: string | null;
  /** ISO 8601. */
  readonly readAt: string;
}

/** What `verify --snapshot` writes: not of one instant, each table was read in many short transactions. */
export interface DataSnapshot {
  readonly kind: 'data-snapshot';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  /** What people call the database, and what the server says of itself: system identifier and the database's oid. */
  readonly database: string;
  readonly identity: string | null;
  readonly takenAt: string;
  readonly finishedAt: string;
  readonly tables: readonly TableDigest[];
  /** Tables that could not be read, and why. */
  readonly unread: readonly { readonly relation: string; readonly reason: string }[];
}

/** One side of a comparison. */
export interface ComparedSide {
  readonly kind: 'snapshot' | 'database';
  /** A file's name, or what people call the database. */
  readonly name: string;
  readonly readAt: string;
}

export interface VerifyComparison {
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  readonly tables: number;
  readonly ranges: number;
  readonly rows: number;
  /** Tables that were compared exactly: declared immutable, or all, for nobody writes. */
  readonly exact: readonly string[];
  readonly findings: readonly VerifyFinding[];
}

/** What `lockkeeper verify` reports. */
export interface VerifyReport {
  readonly kind: 'verify';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly server: { readonly version: string; readonly major: number };
  /** Name of the configured target; null when a connection string was given. */
  readonly target: string | null;
  /** What people call the database that was read. */
  readonly database: string;
  /** It was read on a standby. */
  readonly onReplica: boolean;
  readonly action: 'assert' | 'snapshot' | 'compare';
  /** Of the change after which this was asked; null: none was named. */
  readonly changeDigest: string | null;
  /** `incomplete`: nothing wrong was seen, but not everything could be looked at. */
  readonly verdict: 'passed' | 'failed' | 'incomplete';
  /** Empty unless the action is `assert`. */
  readonly assertions: readonly AssertionResult[];
  readonly comparison: VerifyComparison | null;
  readonly snapshot: {
    readonly path: string;
    readonly digest: string;
    readonly tables: number;
    readonly rows: number;
    readonly unread: DataSnapshot['unread'];
  } | null;
  readonly reading: ReadingFigures;
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Everything found, the gravest first. */
export function findingsOf({
  assertions,
  comparison,
}: Pick<VerifyReport, 'assertions' | 'comparison'>): readonly VerifyFinding[] {
  const all = [...assertions.flatMap(({ findings }) => findings), ...(comparison?.findings ?? [])];
  return all.toSorted((left, right) => verifyWeights.indexOf(left.weight) - verifyWeights.indexOf(right.weight));
}
