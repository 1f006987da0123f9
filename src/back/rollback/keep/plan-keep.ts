import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { Inversion, InversionHints, Remark } from '../invert/inversion.js';
import { type Pairing, pairPieces } from '../invert/pair-pieces.js';
import { findKeptTables } from './find-kept-tables.js';
import { clearRestored, type KeepLimits, makeKeepSchema, registerKept } from './keep-schema.js';
import { copyBefore, countUndecided, recordOutcome } from './keep-sql.js';
import { findUnidentified } from './unidentified-rows.js';
import { type KeptTable, needsOutcome } from './kept-table.js';

export interface KeepQuestion {
  readonly change: string;
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  /** What leads back from `after` to `before`, and by which hints it was found. */
  readonly inversion: Inversion;
  readonly hints: InversionHints;
  /** Relations before the change whose rows it wrote, or may have. */
  readonly written: ReadonlySet<string>;
  /** Rows of relations before the change; what stands not in it is not kept. */
  readonly rows: ReadonlyMap<string, number>;
  readonly limits: KeepLimits;
  /** Whether what has no rows here is kept too, for it may have some elsewhere. */
  readonly keepsEmpty: boolean;
}

export interface KeepPlan {
  readonly tables: readonly KeptTable[];
  /** Before the change, best in its transaction: a row that is written in between is not in the copy. */
  readonly preserve: readonly string[];
  /** Right behind the change, in its transaction where it has one. */
  readonly afterUp: readonly string[];
  readonly notKept: readonly Remark[];
  /** Materialised views that stay and whose rows the change made anew: they are to be computed again. */
  readonly refresh: readonly string[];
  /** Rows that the rollback will leave as the application made them, by relation; null where there can be none. */
  readonly undecided: string | null;
  /** What the copies will cost: `relation`, `rows` and `bytes` by the server's statistics; null where nothing is kept. */
  readonly estimate: string | null;
}

/** What has to be kept so that the rollback of a change restores the rows too. Pure. */
export function planKeep(question: KeepQuestion): KeepPlan {
  const { change, before, after, inversion, hints, written, rows, limits, keepsEmpty } = question;
  const pairing = pairPieces(before, after, hints);
  const request = { change, steps: inversion.steps, written, rows, limit: limits.rows, keepsEmpty };
  const { tables, notKept } = findKeptTables(pairing, request);
  // A publication of all tables takes in the copies too, and refuses changes of rows that nothing identifies.
  const isPublished = [...before.objects, ...after.objects].some(
    ({ kind, facts }) => kind === 'publication' && facts.structure['allTables'] === true,
  );
  const identified = (place: string): readonly string[] =>
    isPublished ? [`ALTER TABLE ${place} REPLICA IDENTITY FULL`] : [];
  const copies = tables.flatMap((table) => [
    clearRestored(table.values),
    ...(needsOutcome(table) ? [clearRestored(table.outcome)] : []),
    copyBefore(table, limits.rows),
    ...identified(table.values),
    registerKept(table, table.values, { ...limits, change }),
  ]);
  const outcomes = tables.flatMap((table) => {
    const statements = recordOutcome(table);
    return statements.length === 0
      ? []
      : [...statements, ...identified(table.outcome), registerKept(table, table.outcome, { ...limits, change })];
  });
  const counts = tables.map(countUndecided).filter((sql) => sql !== null);
  return {
    tables,
    preserve: tables.length === 0 ? [] : [...makeKeepSchema, ...seeingAll(copies)],
    afterUp: seeingAll(outcomes),
    notKept: [...notKept, ...findUnidentified(tables, { before, steps: inversion.steps })],
    refresh: viewsToRefresh(pairing, written),
    undecided: counts.length === 0 ? null : counts.join('\nUNION ALL '),
    estimate: tables.length === 0 ? null : estimateSql(tables),
  };
}

/** A row that a policy hides from whoever copies is an error, and not left out without a word. */
function seeingAll(statements: readonly string[]): readonly string[] {
  if (statements.length === 0) return [];
  return ['SET LOCAL row_security = off', ...statements, 'SET LOCAL row_security TO DEFAULT'];
}

function viewsToRefresh({ pairs }: Pairing, written: ReadonlySet<string>): readonly string[] {
  return pairs.flatMap(({ before, after }) => {
    const stays = before?.kind === 'materialized view' && after !== null && before.facts['unpopulated'] !== true;
    return stays && written.has(before.identity) ? [before.identity] : [];
  });
}

function estimateSql(tables: readonly KeptTable[]): string {
  const names = tables.map(({ relation }) => `${quoteLiteral(relation)}::pg_catalog.regclass`).join(', ');
  return (
    `SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS relation, c.reltuples::pg_catalog.int8 AS rows, ` +
    `pg_catalog.pg_table_size(c.oid) AS bytes FROM pg_catalog.pg_class c WHERE c.oid IN (${names})`
  );
}
