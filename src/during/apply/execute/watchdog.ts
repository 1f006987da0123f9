import { readContendedLocks, readLocksAround } from '../../../foundation/activity/read-contended-locks.js';
import type { Lease } from '../../../foundation/ledger/lease.js';
import type { LockEntry } from '../../../model/activity.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { ApplyContext, UndatedEvent } from './apply-context.js';
import { AttemptEnded } from './attempt-failure.js';
import { findDeadEnd, ourLocks } from './blocked-by-us.js';
import type { LockSamples } from './lock-samples.js';
import { longestReplayWaitMs } from './replica-waits.js';
import { isSilent } from './silence.js';
import type { WatchSession } from './watch-session.js';

/** What was seen of an attempt from outside. */
export interface Watched {
  /** Milliseconds in lock queues, by samples. */
  readonly queuedMs: number;
  /** The longest that somebody was seen waiting for our locks, on the primary or a standby. */
  readonly longestBlockedMs: number;
}

export interface WatchOptions {
  readonly watch: Pick<WatchSession, 'ask'>;
  readonly replicas: readonly Session[];
  /** The backend that works. */
  readonly pid: number;
  /** Drops the connection of the backend that works; absent where it is not ours to drop. */
  readonly cutWork?: () => void;
  /** Where the locks are noted that the backend is seen to have; absent where nobody asks for them. */
  readonly samples?: LockSamples | null;
  /** The backend that holds the lock of the team's tool, as `ApplyContext` has it. */
  readonly gatekeeper?: number | null;
  readonly step: Pick<PlanStep, 'id' | 'limits'>;
  /** How long this attempt may queue; 0: as long as it likes. */
  readonly lockTimeoutMs: number;
  readonly context: Pick<ApplyContext, 'signal' | 'abortChecks' | 'onEvent' | 'clock'> & {
    readonly lease: Pick<Lease, 'lost'>;
  };
  /** Aborted with an AttemptEnded when a limit is reached. */
  readonly end: AbortController;
  /** Aborted when the attempt is over. */
  readonly over: AbortSignal;
}

type LocksEvent = Extract<UndatedEvent, { readonly kind: 'locks' }>;

const pollMs = 20;
/** Criteria ask metrics and health, which is dearer than a look at the locks. */
const criteriaEveryMs = 1_000;
const tellEveryMs = 200;
/** A cancellation that hits between two statements is lost. */
const cancelEveryMs = 100;

/** Whoever does not react to cancellations is between two statements, and may never hear of the next. */
const terminateAfterMs = 2_000;
const workerEveryMs = 1_000;
const terminate = 'SELECT pg_catalog.pg_terminate_backend($1)';
const cancel = 'SELECT pg_catalog.pg_cancel_backend($1)';
/** Whoever may not see what a session is has to take it for a client. */
const kindsOfClients = `SELECT a.pid FROM pg_catalog.pg_stat_get_activity(NULL) a
  WHERE a.pid = ANY ($1) AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender') AND a.application_name NOT LIKE 'lockkeeper%'`;

/** Looks at an attempt until it is over, and ends it when it costs others too much. */
export async function watchAttempt(options: WatchOptions): Promise<Watched> {
  const watchdog = new Watchdog(options);
  await Promise.all([watchdog.run(), watchdog.lookAtReplicas(), watchdog.checkCriteria()]);
  const { samples, watch } = options;
  if (samples != null) await watch.ask((session) => samples.nameRest(session)).catch(() => undefined);
  return watchdog.seen;
}

class Watchdog {
  readonly #options: WatchOptions;
  #queuedMs = 0;
  /** Of the wait that is going on. */
  #waitMs = 0;
  #longestBlockedMs = 0;
  #cancelledAt = Number.NEGATIVE_INFINITY;
  #firstCancelledAt: number | null = null;
  #workerSeenAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldOfWaits = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get seen(): Watched {
    return { queuedMs: this.#queuedMs + this.#waitMs, longestBlockedMs: this.#longestBlockedMs };
  }

  async run(): Promise<void> {
    const { context, over } = this.#options;
    while (!over.aborted) {
      await this.#options.watch.ask((session) => this.#look(session)).catch((cause: unknown) => this.#blind(cause));
      await context.clock.sleep(pollMs, over).catch(() => undefined);
    }
  }

  /** By itself: one that does not answer keeps nobody from looking at the primary. */
  async lookAtReplicas(): Promise<void> {
    const { context, over, replicas } = this.#options;
    while (!over.aborted && replicas.length > 0) {
      const replayMs = await Promise.all(replicas.map((replica) => longestReplayWaitMs(replica)));
      this.#judge(Math.max(0, ...replayMs), 'Readers of a standby');
      await context.clock.sleep(pollMs, over).catch(() => undefined);
    }
  }

  async checkCriteria(): Promise<void> {
    const { context, over, step } = this.#options;
    while (!over.aborted && context.abortChecks.length > 0) {
      for (const check of context.abortChecks) {
        const reason = await check(step.id).catch(() => null);
        if (reason === null || over.aborted) continue;
        context.onEvent({ kind: 'aborting', reason });
        this.#end('criterion', reason.reason);
      }
      await context.clock.sleep(criteriaEveryMs, over).catch(() => undefined);
    }
  }

  async #look(watch: Session): Promise<void> {
    const { pid, lockTimeoutMs, context } = this.#options;
    if (context.signal.aborted) this.#end('interrupted', 'The run was interrupted.');
    if (context.lease.lost.aborted) this.#end('criterion', 'The lease on the database was lost.');
    const locks = await this.#readLocks(watch);
    this.#leaveDeadEnd(locks);
    const { queuedMs, waiters } = ourLocks(locks, pid);
    this.#count(queuedMs);
    this.#tell({ queuedMs, waiters: waiters.length, longestWaitMs: waiters[0]?.waitedMs ?? 0 });
    // The server's own timeout comes first; a migration may have changed it.
    if (lockTimeoutMs > 0 && (queuedMs ?? 0) > lockTimeoutMs + 2 * pollMs) {
      this.#end('lock-timeout', `It waited longer than ${lockTimeoutMs} ms in the lock queue.`);
    }
    this.#judge(await this.#longest(watch, waiters), 'Others');
    if (this.#options.end.signal.aborted) await this.#cancel(watch, pid);
    await this.#lookAtWorker(watch);
  }

  async #readLocks(watch: Session): Promise<readonly LockEntry[]> {
    const { samples, pid } = this.#options;
    const running = samples?.running ?? null;
    if (samples == null || running === null) return readContendedLocks(watch);
    const { contended, held } = await readLocksAround(watch, pid);
    samples.note(held, running);
    await samples.nameNew(watch);
    return contended;
  }

  #leaveDeadEnd(locks: readonly LockEntry[]): void {
    const { gatekeeper = null } = this.#options;
    const pid = gatekeeper === null ? null : findDeadEnd(locks, this.#options.pid, gatekeeper);
    if (pid === null) return;
    this.#end(
      'criterion',
      `The team's own migration tool (pid ${pid}) waits for the lock of this run, and this run for its snapshot.`,
    );
  }

  /** A connection that is cut without a word waits for an answer that nobody sends. */
  async #lookAtWorker(watch: Session): Promise<void> {
    const { context, pid, cutWork, over } = this.#options;
    const now = context.clock.now();
    if (cutWork === undefined || now - this.#workerSeenAt < workerEveryMs || over.aborted) return;
    this.#workerSeenAt = now;
    if (!(await isSilent(watch, pid)) || over.aborted) return;
    this.#end('lost', 'The connection to the server was lost without a word.');
    cutWork();
  }

  /** As long as anything waits, and once when nothing does any more; not oftener than people can read. */
  #tell(locks: Pick<LocksEvent, 'queuedMs' | 'waiters' | 'longestWaitMs'>): void {
    const { context, step } = this.#options;
    const now = context.clock.now();
    const calm = locks.queuedMs === null && locks.waiters === 0;
    if (calm ? !this.#toldOfWaits : now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#toldOfWaits = !calm;
    context.onEvent({ kind: 'locks', stepId: step.id, ...locks });
  }

  #count(queuedMs: number | null): void {
    if (queuedMs === null || queuedMs < this.#waitMs) {
      this.#queuedMs += this.#waitMs;
      this.#waitMs = queuedMs ?? 0;
    } else this.#waitMs = queuedMs;
  }

  /** An autovacuum that waits for us is no client. */
  async #longest(
    watch: Session,
    waiters: readonly { readonly pid: number; readonly waitedMs: number }[],
  ): Promise<number> {
    if (waiters.length === 0) return 0;
    const { rows } = await watch.query(kindsOfClients, [waiters.map(({ pid }) => pid)]);
    const clients = new Set(rows.map((row) => Number(row['pid'])));
    return waiters.find(({ pid }) => clients.has(pid))?.waitedMs ?? 0;
  }

  #judge(waitedMs: number, who: string): void {
    this.#longestBlockedMs = Math.max(this.#longestBlockedMs, waitedMs);
    const { holdLimitMs } = this.#options.step.limits;
    if (waitedMs + pollMs < holdLimitMs) return;
    this.#end(
      'held-too-long',
      `${who} waited ${Math.round(waitedMs)} ms for its locks; the limit is ${holdLimitMs} ms.`,
    );
  }

  #end(kind: AttemptEnded['kind'], message: string): void {
    const { end, over } = this.#options;
    if (!end.signal.aborted && !over.aborted) end.abort(new AttemptEnded(kind, message));
  }

  async #cancel(watch: Session, pid: number): Promise<void> {
    const now = this.#options.context.clock.now();
    if (this.#options.over.aborted || now - this.#cancelledAt < cancelEveryMs) return;
    this.#cancelledAt = now;
    this.#firstCancelledAt ??= now;
    await watch.query(now - this.#firstCancelledAt > terminateAfterMs ? terminate : cancel, [pid]);
  }

  /** Whoever cannot see may not go on. */
  #blind(cause: unknown): void {
    this.#end('lost', `The watchdog lost its sight: ${cause instanceof Error ? cause.message : String(cause)}`);
    // The server notices that its client is gone, and ends the statement.
    if (!this.#options.over.aborted) this.#options.cutWork?.();
  }
}
