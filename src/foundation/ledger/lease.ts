import { randomUUID } from 'node:crypto';
import { type BackendIdentity, type LeaseHolder, ledgerSchema, type RunnerIdentity } from '../../model/ledger.js';
import { answerInTime } from '../postgres/answer-in-time.js';
import type { Row, Session } from '../postgres/session.js';
import type { Clock } from '../runtime/clock.js';
import { livingBackends, readOwnBackend } from './backends.js';
import { leaseTaken } from './entries.js';
import { installLedger, readLedgerVersion } from './ledger-schema.js';

/** Names the lock among a database's advisory locks: "lock" and "keep" as ASCII. */
const advisoryKeys = '1819239275, 1801807216';

/** How long the server keeps a lease whose holder says nothing: a machine that is gone cannot give it back. */
const longestSilenceMs = 20_000;

/**
 * A transaction that holds the advisory lock, and nothing that anybody waits for: it has neither a snapshot nor a
 * transaction id while it is idle, so neither vacuum nor a concurrent index build minds it. Its isolation is named, for
 * a server may have another as its default, and then a first snapshot would stay.
 */
const openKeeper = [
  'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY',
  `SELECT pg_catalog.set_config(name, CASE name WHEN 'idle_in_transaction_session_timeout' THEN '${longestSilenceMs}' ELSE '0' END, true)
     FROM pg_catalog.pg_settings
     WHERE name IN ('idle_in_transaction_session_timeout', 'statement_timeout', 'transaction_timeout')`,
];

/**
 * The ledger's session is asked as often as the keeper. A statement of which only a part arrived is no idleness to the
 * server: from 17 on its transaction has a limit, before that a peer that answers nothing is found out by the network.
 */
const longestIdle = `SELECT pg_catalog.set_config(name, CASE name
      WHEN 'tcp_keepalives_count' THEN '2'
      WHEN 'tcp_keepalives_idle' THEN '${longestSilenceMs / 2_000}'
      WHEN 'tcp_keepalives_interval' THEN '${longestSilenceMs / 4_000}'
      ELSE '${longestSilenceMs}' END, false)
    FROM pg_catalog.pg_settings
    WHERE name IN ('idle_session_timeout', 'transaction_timeout', 'tcp_keepalives_count', 'tcp_keepalives_idle',
      'tcp_keepalives_interval')`;

const tryLock = `SELECT pg_catalog.pg_try_advisory_xact_lock(${advisoryKeys}) AS locked`;

export interface LeaseOptions {
  /** A new session to the target's primary; a pooler may be between. */
  readonly connect: (applicationName: string) => Promise<Session>;
  readonly runner: RunnerIdentity;
  readonly runId: string;
  readonly clock: Clock;
}

/** The right to change a database, held by one runner. Closing it gives it back. */
export interface Lease extends AsyncDisposable {
  /** Entries of the ledger are only taken from who knows it. */
  readonly token: string;
  /** Aborted when the server or the network took the lease away: nothing may be begun any more. */
  readonly lost: AbortSignal;
  /** Asks now: nothing is put right by somebody who no longer has the right to. */
  readonly held: () => Promise<boolean>;
  /** Notes a backend that works under this lease, for whoever has to end it after a crash. */
  readonly registerBackend: (session: Session) => Promise<BackendIdentity>;
}

export type LeaseResult =
  | { readonly kind: 'acquired'; readonly lease: Lease }
  /** Another runner holds it; null where it is too young to have said who. */
  | { readonly kind: 'held'; readonly holder: LeaseHolder | null }
  /** Nobody holds it, but a backend of the last holder still works. */
  | { readonly kind: 'orphaned'; readonly holder: LeaseHolder; readonly backends: readonly BackendIdentity[] };

/** Tries once to get the lease, and makes the ledger where there is none. Waits in no queue, nor for a silent network. */
export async function acquireLease(options: LeaseOptions): Promise<LeaseResult> {
  const keeper = await options.connect('lockkeeper lease');
  let ledger: Session | null = null;
  try {
    const locked = await answerInTime(keeper, longestSilenceMs, () => lockAs(keeper));
    ledger = await options.connect('lockkeeper ledger');
    const pair = { keeper, ledger };
    const take = (): Promise<LeaseResult> => (locked ? takeOver(pair, options) : refused(pair));
    return await answerInTime(keeper, longestSilenceMs, () => answerInTime(pair.ledger, longestSilenceMs, take));
  } catch (cause) {
    await closeAll(ledger, keeper);
    throw cause;
  }
}

interface Pair {
  readonly keeper: Session;
  readonly ledger: Session;
}

async function lockAs(keeper: Session): Promise<boolean> {
  for (const statement of openKeeper) await keeper.query(statement);
  const [row] = (await keeper.query(tryLock)).rows;
  return row?.['locked'] === true;
}

/** A backend of the last holder may still be at work, though its keeper is gone. */
async function takeOver({ keeper, ledger }: Pair, options: LeaseOptions): Promise<LeaseResult> {
  await ledger.query(longestIdle);
  await installLedger(ledger);
  const last = await readLease(ledger);
  const orphans = last === null ? [] : await livingBackends(ledger, last.backends);
  if (last !== null && orphans.length > 0) {
    await closeAll(ledger, keeper);
    return { kind: 'orphaned', holder: { ...last.holder, alive: false }, backends: orphans };
  }
  return { kind: 'acquired', lease: await holdLease({ keeper, ledger, clock: options.clock, options }) };
}

async function refused({ keeper, ledger }: Pair): Promise<LeaseResult> {
  const last = (await readLedgerVersion(ledger)) === null ? null : await readLease(ledger);
  await closeAll(ledger, keeper);
  return { kind: 'held', holder: last === null ? null : { ...last.holder, alive: true } };
}

async function closeAll(...sessions: readonly (Session | null)[]): Promise<void> {
  for (const session of sessions) await session?.[Symbol.asyncDispose]();
}

const select = `SELECT run_id, runner, backends,
    pg_catalog.to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS since FROM ${ledgerSchema}.lease`;

interface StoredLease {
  readonly holder: Omit<LeaseHolder, 'alive'>;
  readonly backends: readonly BackendIdentity[];
}

async function readLease(session: Session): Promise<StoredLease | null> {
  const [row] = (await session.query(select)).rows;
  return row === undefined ? null : toStored(row);
}

function toStored(row: Row): StoredLease {
  const backends = row['backends'] as readonly BackendIdentity[];
  const [backend = { pid: 0, backendStart: '' }] = backends;
  const runner = row['runner'] as RunnerIdentity;
  return { holder: { runner, backend, runId: String(row['run_id']), since: String(row['since']) }, backends };
}

const replace = `INSERT INTO ${ledgerSchema}.lease (token, run_id, runner, backends) VALUES ($1, $2, $3, $4)
  ON CONFLICT (only_one) DO UPDATE SET token = excluded.token, run_id = excluded.run_id, runner = excluded.runner,
    backends = excluded.backends, since = excluded.since`;
const addBackend = `UPDATE ${ledgerSchema}.lease SET backends = backends || $2::jsonb WHERE token = $1`;
const give = `DELETE FROM ${ledgerSchema}.lease WHERE token = $1`;

interface Holding {
  readonly keeper: Session;
  readonly ledger: Session;
  readonly clock: Clock;
  readonly options: LeaseOptions;
}

async function holdLease({ keeper, ledger, clock, options }: Holding): Promise<Lease> {
  const token = randomUUID();
  const backends = [await readOwnBackend(keeper), await readOwnBackend(ledger)];
  await ledger.query(replace, [token, options.runId, options.runner, JSON.stringify(backends)]);
  const lost = new AbortController();
  const released = new AbortController();
  const pulse = { clock, lost, released: released.signal };
  const hearts = [keeper, ledger].map((session) => beat(session, pulse));
  lost.signal.addEventListener('abort', () => cutAll(keeper, ledger));
  return {
    token,
    lost: lost.signal,
    held: async () => !lost.signal.aborted && (await answers(keeper)),
    registerBackend: async (session) => {
      const worker = await answerInTime(session, patienceMs, () => readOwnBackend(session));
      const { rowCount } = await ledger.query(addBackend, [token, JSON.stringify([worker])]);
      if (rowCount !== 1) throw leaseTaken();
      return worker;
    },
    [Symbol.asyncDispose]: async () => {
      released.abort();
      await Promise.all(hearts);
      const timer = setTimeout(() => cutAll(keeper, ledger), patienceMs);
      await ledger.query(give, [token]).catch(() => giveAfresh(options, token));
      await closeAll(ledger, keeper);
      clearTimeout(timer);
    },
  };
}

const heartbeatMs = 500;
const patienceMs = 5_000;

/** Nobody but its holder has the token, so it takes nothing from who has the lease by now. */
async function giveAfresh({ connect }: LeaseOptions, token: string): Promise<void> {
  const session = await connect('lockkeeper ledger').catch(() => null);
  await session?.query(give, [token]).catch(() => undefined);
  await session?.[Symbol.asyncDispose]();
}

interface Pulse {
  readonly clock: Clock;
  readonly lost: AbortController;
  readonly released: AbortSignal;
}

/** A connection can die without a word: it is asked, and has to answer in time. */
async function beat(session: Session, { clock, lost, released }: Pulse): Promise<void> {
  while (!released.aborted && !lost.signal.aborted) {
    await clock.sleep(heartbeatMs, released).catch(() => undefined);
    if (released.aborted || (await answers(session))) continue;
    lost.abort(new Error('a connection that holds the lease was lost'));
  }
}

async function answers(session: Session): Promise<boolean> {
  return answerInTime(session, patienceMs, () => session.query('SELECT 1')).then(
    () => true,
    () => false,
  );
}

function cutAll(...sessions: readonly Session[]): void {
  for (const session of sessions) session.cut();
}

/** Who holds the lease now, or held it last; null when nobody does or the database has no ledger. */
export async function readLeaseHolder(session: Session): Promise<LeaseHolder | null> {
  if ((await readLedgerVersion(session)) === null) return null;
  const stored = await readLease(session);
  if (stored === null) return null;
  const alive = await livingBackends(session, stored.backends);
  return { ...stored.holder, alive: alive.length > 0 };
}

/** The backends that worked under the lease as it was left. */
export async function readLeasedBackends(session: Session): Promise<readonly BackendIdentity[]> {
  return (await readLease(session))?.backends ?? [];
}
