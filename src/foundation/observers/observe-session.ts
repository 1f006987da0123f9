import type { LockTrace } from '../../model/locks.js';
import { wholeScans } from '../effects/scans.js';
import { readsByPlan } from '../effects/statement-class.js';
import type { Session } from '../postgres/session.js';
import { parseStatement } from '../sql/parse.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import type { LockHistory } from './lock-history.js';
import { type LockSampler, type SampledLock, sampleLocks } from './lock-sampler.js';
import type { ObservedSession } from './observed-session.js';
import { KnownRelations } from './known-relations.js';
import { type Peek, peekAt } from './peek.js';
import { type KnownRelation, readRelations } from './relation-catalog.js';
import { advance, comparePeek, comparePhysical, type RelationView, sampledLocks } from './relation-view.js';
import type { WorkCounter } from './statement-counters.js';
import type {
  Observation,
  ObservedOutcome,
  ObservedStatement,
  ObserveSession,
  StatementObserver,
} from './statement-observer.js';

/** What the observers of one stage share. */
export interface Watchtower {
  /** A superuser's session in the observed database, open beforehand, with a short lock_timeout. */
  readonly watch: Session;
  /** Null where the server has no pg_stat_statements: then I/O stays unknown and WAL is the server's whole. */
  readonly work: WorkCounter | null;
  /** Null where no other database of the server is at hand: then short locks outside transactions may be missed. */
  readonly history: LockHistory | null;
}

/** Nothing was seen: the statement failed, or there was nothing to look at. */
export const nothingObserved: Observation = {
  locks: [],
  rewrites: [],
  newFiles: [],
  scans: [],
  rowsWritten: null,
  walBytes: null,
  io: null,
  sizeGrowthBytes: null,
  traffic: [],
  standby: null,
};

/** The first look at a waiting statement of a transaction; statements that release their locks are looked at from the start. */
const waitSampling = { delayMs: 15, intervalMs: 10 } as const;
const heldSampling = { delayMs: 0, intervalMs: 1 } as const;

/** Watches the locks, files, rows, WAL and I/O of one session, statement by statement. The parser must be loaded. */
export async function observeSession(tower: Watchtower, session: ObservedSession): Promise<StatementObserver> {
  const observe = await observeSessions(tower);
  return observe(session);
}

/** The same for sessions that change one database together: what one has committed, the others know. */
export async function observeSessions(tower: Watchtower): Promise<ObserveSession> {
  const committed = await readRelations(tower.watch);
  return async (session) => {
    const observer = new SessionObserver(tower, session, committed);
    return {
      before: (statement) => observer.before(statement),
      after: (statement, outcome) => observer.after(statement, outcome),
      transactionEnded: async ({ outcome }) => observer.transactionEnded(outcome),
    };
  };
}

type RelationPart = Pick<Observation, 'locks' | 'rewrites' | 'newFiles' | 'scans' | 'rowsWritten' | 'sizeGrowthBytes'>;

class SessionObserver {
  readonly #tower: Watchtower;
  readonly #session: ObservedSession;
  readonly #relations: KnownRelations;
  /** What the open transaction holds and has counted. */
  #transaction: Pick<RelationView, 'held' | 'counters'> = nothingHeld;
  #sampler: LockSampler | null = null;
  #walStart = 0;

  constructor(tower: Watchtower, session: ObservedSession, committed: Map<string, KnownRelation>) {
    this.#tower = tower;
    this.#session = session;
    this.#relations = new KnownRelations(committed);
  }

  async before({ inTransaction }: ObservedStatement): Promise<void> {
    if (this.#tower.work === null) this.#walStart = await walPosition(this.#tower.watch);
    this.#sampler = await startSampling(this.#tower, { pid: this.#session.pid, inTransaction });
  }

  async after({ sql, inTransaction }: ObservedStatement, outcome: ObservedOutcome): Promise<Observation> {
    const samples = (await this.#sampler?.stop()) ?? [];
    // Two sessions answer at the same time: locks are held while we look. The counter leaves our own look out.
    const [peek, work] = await Promise.all([
      inTransaction && !outcome.failed ? peekAt(this.#session) : null,
      workDone(this.#tower, this.#walStart),
    ]);
    if (peek !== null) return { ...nothingObserved, ...this.#inside(sql, peek, samples), ...work };
    if (!inTransaction) return { ...nothingObserved, ...(await this.#outside(sql, samples)), ...work };
    // A failed transaction answers no question: what the samples caught is all there is.
    const fresh = samples.filter(({ oid, mode }) => !this.#transaction.held.has(`${oid} ${mode}`));
    return { ...nothingObserved, locks: sampledLocks(fresh, this.#relations, new Map()) };
  }

  /** What a rollback undid is forgotten. */
  transactionEnded(outcome: 'committed' | 'rolled-back'): void {
    if (outcome === 'committed') this.#relations.commit();
    else this.#relations.rollBack();
    this.#transaction = nothingHeld;
  }

  #inside(sql: string, peek: Peek, samples: readonly SampledLock[]): RelationPart {
    const before: RelationView = { relations: this.#relations, ...this.#transaction };
    const { scanned, ...changes } = comparePeek(before, peek, samples);
    this.#transaction = advance(before, peek);
    this.#relations.change(peek);
    return { ...changes, scans: scansByNature(sql, scanned) };
  }

  async #outside(sql: string, samples: readonly SampledLock[]): Promise<RelationPart> {
    const before = this.#relations;
    const after = await readRelations(this.#tower.watch);
    const dropped = new Set([...before.committedOids()].filter((oid) => !after.has(oid)));
    const files = comparePhysical(before, after.values(), dropped);
    const locks = sampledLocks(samples, before, after);
    this.#relations.renew(after);
    this.#transaction = nothingHeld;
    return { locks, ...files, rowsWritten: null, scans: scansByText(sql, locks) };
  }
}

const nothingHeld: Pick<RelationView, 'held' | 'counters'> = { held: new Set(), counters: new Map() };

async function startSampling(
  tower: Watchtower,
  { pid, inTransaction }: { readonly pid: number; readonly inTransaction: boolean },
): Promise<LockSampler> {
  if (inTransaction) return sampleLocks(tower.watch, { pid, ...waitSampling });
  return tower.history === null ? sampleLocks(tower.watch, { pid, ...heldSampling }) : tower.history.watch(pid);
}

async function workDone(tower: Watchtower, walStart: number): Promise<Partial<Observation>> {
  if (tower.work !== null) return tower.work.read();
  return { walBytes: (await walPosition(tower.watch)) - walStart };
}

async function walPosition(watch: Session): Promise<number> {
  const { rows } = await watch.query(
    "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes",
  );
  return Number(rows[0]?.['bytes']);
}

/** The counters tell that a table was scanned; only the statement tells that it had to be, and not by a plan's choice. */
function scansByNature(sql: string, counted: readonly string[]): readonly string[] {
  if (counted.length === 0) return counted;
  const parsed = parseStatement(sql);
  return parsed.ok && !readsByPlan(parsed.tree) ? counted : [];
}

/** No counter outlives these statements: what they scan is read from their text, and named by what they locked. */
function scansByText(sql: string, locks: readonly LockTrace[]): readonly string[] {
  const parsed = parseStatement(sql);
  if (!parsed.ok) return [];
  const tables = locks.filter((lock) => lock.kind === 'table' || lock.kind === 'matview').map((lock) => lock.relation);
  const named = wholeScans(parsed.tree).flatMap(({ schema, name }) => {
    const end = `.${quoteIdentifier(name)}`;
    const found = tables.find(
      (table) => table === qualifiedName(schema ?? '', name) || (schema === null && table.endsWith(end)),
    );
    return found === undefined ? [] : [found];
  });
  return [...new Set(named)].toSorted();
}
