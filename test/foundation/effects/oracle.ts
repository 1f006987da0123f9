import { type LockMode, lockModes, type RelationKind } from '../../../src/model/locks.js';
import type { Session } from '../../../src/foundation/postgres/session.js';

/** One statement to predict and to run against the rich schema. */
export interface Case {
  /** In a list the last one is observed; the others come before it, in its own transaction. */
  readonly sql: string | readonly string[];
  /** Committed beforehand, in a copy of the database that this case has for itself: it costs 0.1 s, so use it sparingly. */
  readonly setup?: string;
  /** Default: all four. */
  readonly majors?: readonly number[];
  /** Where what is read whole depends on a plan or on the rows. */
  readonly scans?: 'unchecked';
  /** Where the catalog alone can tell how strong a lock is. */
  readonly text?: 'unchecked';
}

/** A relation that was there before the statement. */
export interface KnownRelation {
  readonly oid: string;
  readonly name: string;
  readonly kind: RelationKind;
  /** The table of an index; null for all else. */
  readonly table: string | null;
  readonly fileNode: string;
  readonly scans: number;
}

export interface ObservedEffects {
  readonly relations: ReadonlyMap<string, KnownRelation>;
  /** Modes by name of the relation before the statement; what the statement made is left out. */
  readonly locks: ReadonlyMap<string, ReadonlySet<LockMode>>;
  /** What earlier statements of the same transaction held already: whether it was asked for again does not show. */
  readonly heldBefore: ReadonlyMap<string, ReadonlySet<LockMode>>;
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  /** SQLSTATE 25001 inside a transaction block. */
  readonly refused: boolean;
  readonly error: string | null;
}

const kinds = `CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
  WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' WHEN 'c' THEN 'composite type' WHEN 'i' THEN 'index'
  WHEN 'I' THEN 'partitioned index' WHEN 'S' THEN 'sequence' ELSE 'toast' END`;

function lookAt(scans: string): string {
  return `SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', c.oid::text,
      'name', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), 'kind', ${kinds},
      'table', pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname),
      'fileNode', c.relfilenode::text,
      'scans', CASE WHEN c.relkind IN ('r', 'm') THEN ${scans} ELSE 0 END)) AS relations
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
      LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    WHERE c.oid >= 16384`;
}

const lookInside = lookAt('pg_catalog.pg_stat_get_xact_numscans(c.oid)');
/** What can change of those that were there before. */
const lookAgain = `SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', c.oid::text, 'fileNode', c.relfilenode::text,
    'scans', pg_catalog.pg_stat_get_xact_numscans(c.oid))) AS relations
  FROM pg_catalog.pg_class c WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm')`;

const lookOutside = lookAt('pg_catalog.pg_stat_get_numscans(c.oid)');

const locksOf = `SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
  WHERE locktype = 'relation' AND granted AND pid = $1 AND relation >= 16384`;

export type Relations = ReadonlyMap<string, KnownRelation>;
type Marks = ReadonlyMap<string, Pick<KnownRelation, 'fileNode' | 'scans'>>;

/** As they are, and what was scanned in the transaction that is open. */
export async function look(session: Session, sql = lookInside): Promise<Relations> {
  const { rows } = await session.query(sql);
  const relations = (rows[0]?.['relations'] ?? []) as readonly KnownRelation[];
  return new Map(relations.map((relation) => [relation.oid, relation]));
}

/** Scans and files as they stand when no transaction is open; counters come to light when they are flushed. */
export async function lookFromOutside(session: Session): Promise<Relations> {
  await session.query('SELECT pg_catalog.pg_stat_force_next_flush()');
  return look(session, lookOutside);
}

export interface Observers {
  readonly session: Session;
  /** Another session of the same server. */
  readonly witness: Session;
  /** The relations as a transaction finds them, where they are the same each time. */
  readonly known?: Relations | undefined;
}

/**
 * Runs statements in a transaction that is rolled back; what the last one locked, rewrote and scanned. A statement that
 * fails has an error and nothing else.
 */
export async function observeStatement(observers: Observers, statements: readonly string[]): Promise<ObservedEffects> {
  const { session } = observers;
  const sql = statements.at(-1) ?? '';
  await session.query('BEGIN');
  try {
    for (const earlier of statements.slice(0, -1)) await session.query(earlier);
    // Nothing that earlier statements did is in what is known.
    return await observeInTransaction(statements.length < 2 ? observers : { ...observers, known: undefined }, sql);
  } finally {
    await session.query('ROLLBACK');
  }
}

/** What one statement does in the transaction that is open, and stays open. */
export async function observeInTransaction(
  { session, witness, known }: Observers,
  sql: string,
): Promise<ObservedEffects> {
  const before = known === undefined ? await look(session) : marked(known, await look(session, lookAgain));
  const heldBefore = known === undefined ? await readLocks(witness, session.pid, before) : new Map();
  const error = await runStatement(session, sql);
  if (error !== null) return { ...nothing(before), heldBefore, ...error };
  const [locks, after] = await Promise.all([readLocks(witness, session.pid, before), look(session, lookAgain)]);
  return { ...nothing(before), heldBefore, locks, ...compareLooks(before, after) };
}

/** A session counts scans over several transactions before it reports them. */
function marked(known: Relations, marks: Marks): Relations {
  return new Map(
    [...known].map(([oid, relation]) => [oid, { ...relation, scans: marks.get(oid)?.scans ?? relation.scans }]),
  );
}

export async function runStatement(
  session: Session,
  sql: string,
): Promise<{ readonly refused: boolean; readonly error: string } | null> {
  return await session.query(sql).then(
    () => null,
    (error: Error & { readonly code?: string }) => ({
      refused: error.code === '25001',
      error: `${error.code ?? ''} ${error.message}`,
    }),
  );
}

export function nothing(relations: Relations): ObservedEffects {
  return {
    relations,
    locks: new Map(),
    heldBefore: new Map(),
    rewrites: [],
    scans: [],
    refused: false,
    error: null,
  };
}

async function readLocks(
  witness: Session,
  pid: number,
  known: Relations,
): Promise<ReadonlyMap<string, ReadonlySet<LockMode>>> {
  const { rows } = await witness.query(locksOf, [pid]);
  const locks = rows.flatMap(({ oid, mode }) => {
    const name = known.get(String(oid))?.name;
    return name === undefined ? [] : [{ name, mode: mode as LockMode }];
  });
  return groupModes(locks);
}

export function groupModes(
  locks: readonly { readonly name: string; readonly mode: LockMode }[],
): ReadonlyMap<string, ReadonlySet<LockMode>> {
  const modes = new Map<string, Set<LockMode>>();
  for (const { name, mode } of locks) modes.set(name, (modes.get(name) ?? new Set()).add(mode));
  return modes;
}

/** Only tables and materialised views that were there before count as rewritten or scanned. */
export function compareLooks(before: Relations, after: Marks): Pick<ObservedEffects, 'rewrites' | 'scans'> {
  const kept = [...before.values()].flatMap((was) => {
    const is = after.get(was.oid);
    return is === undefined || (was.kind !== 'table' && was.kind !== 'matview') ? [] : [{ was, is }];
  });
  return {
    rewrites: kept.filter(({ was, is }) => was.fileNode !== is.fileNode).map(({ was }) => was.name),
    scans: kept.filter(({ was, is }) => is.scans > was.scans).map(({ was }) => was.name),
  };
}

/** -1 for none. */
export function strengthOf(modes: Iterable<LockMode> | undefined): number {
  return Math.max(-1, ...[...(modes ?? [])].map((mode) => lockModes.indexOf(mode)));
}
