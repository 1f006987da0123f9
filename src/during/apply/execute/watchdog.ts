import { readContendedLocks } from '../../../foundation/activity/read-contended-locks.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { ApplyContext } from './apply-context.js';
import { AttemptEnded } from './attempt-failure.js';
import { ourLocks } from './blocked-by-us.js';
import { longestReplayWaitMs } from './replica-waits.js';

/** What was seen of an attempt from outside. */
export interface Watched {
  /** Milliseconds in lock queues, by samples. */
  readonly queuedMs: number;
  /** The longest that somebody was seen waiting for our locks, on the primary or a standby. */
  readonly longestBlockedMs: number;
}

export interface WatchOptions {
  /** Idle, to the primary; open before the attempt begins, for a new connection may not get through a storm of locks. */
  readonly watch: Session;
  readonly replicas: readonly Session[];
  /** The backend that works. */
  readonly pid: number;
  readonly step: PlanStep;
  /** How long this attempt may queue; 0: as long as it likes. */
  readonly lockTimeoutMs: number;
  readonly context: ApplyContext;
  /** Aborted with an AttemptEnded when a limit is reached. */
  readonly end: AbortController;
  /** Aborted when the attempt is over. */
  readonly over: AbortSignal;
}

const pollMs = 20;
/** Criteria ask metrics and health, which is dearer than a look at the locks. */
const criteriaEveryMs = 1_000;
/** A cancellation that hits between two statements is lost. */
const cancelEveryMs = 100;

const cancel = 'SELECT pg_catalog.pg_cancel_backend($1)';
/** Whoever may not see what a session is has to take it for a client. */
const kindsOfClients = `SELECT a.pid FROM pg_catalog.pg_stat_get_activity(NULL) a
  WHERE a.pid = ANY ($1) AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender') AND a.application_name NOT LIKE 'lockkeeper%'`;

/** Looks at an attempt until it is over, and ends it when it costs others too much. */
export async function watchAttempt(options: WatchOptions): Promise<Watched> {
  const watchdog = new Watchdog(options);
  await Promise.all([watchdog.run(), watchdog.checkCriteria()]);
  return watchdog.seen;
}

class Watchdog {
  readonly #options: WatchOptions;
  #queuedMs = 0;
  /** Of the wait that is going on. */
  #waitMs = 0;
  #longestBlockedMs = 0;
  #cancelledAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get seen(): Watched {
    return { queuedMs: this.#queuedMs + this.#waitMs, longestBlockedMs: this.#longestBlockedMs };
  }

  async run(): Promise<void> {
    const { context, over } = this.#options;
    while (!over.aborted) {
      await this.#look().catch((cause: unknown) => this.#blind(cause));
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

  async #look(): Promise<void> {
    const { watch, pid, lockTimeoutMs, context, replicas } = this.#options;
    if (context.signal.aborted) this.#end('interrupted', 'The run was interrupted.');
    if (context.lease.lost.aborted) this.#end('criterion', 'The lease on the database was lost.');
    const { queuedMs, waiters } = ourLocks(await readContendedLocks(watch), pid);
    this.#count(queuedMs);
    // The server's own timeout comes first; a migration may have changed it.
    if (lockTimeoutMs > 0 && (queuedMs ?? 0) > lockTimeoutMs + 2 * pollMs) {
      this.#end('lock-timeout', `It waited longer than ${lockTimeoutMs} ms in the lock queue.`);
    }
    await this.#judge(await this.#longest(waiters), 'Others');
    const replayMs = await Promise.all(replicas.map((replica) => longestReplayWaitMs(replica)));
    await this.#judge(Math.max(0, ...replayMs), 'Readers of a standby');
    if (this.#options.end.signal.aborted) await this.#cancel(watch, pid);
  }

  #count(queuedMs: number | null): void {
    if (queuedMs === null || queuedMs < this.#waitMs) {
      this.#queuedMs += this.#waitMs;
      this.#waitMs = queuedMs ?? 0;
    } else this.#waitMs = queuedMs;
  }

  /** An autovacuum that waits for us is no client. */
  async #longest(waiters: readonly { readonly pid: number; readonly waitedMs: number }[]): Promise<number> {
    if (waiters.length === 0) return 0;
    const { rows } = await this.#options.watch.query(kindsOfClients, [waiters.map(({ pid }) => pid)]);
    const clients = new Set(rows.map((row) => Number(row['pid'])));
    return waiters.find(({ pid }) => clients.has(pid))?.waitedMs ?? 0;
  }

  async #judge(waitedMs: number, who: string): Promise<void> {
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
    await watch.query(cancel, [pid]);
  }

  /** Whoever cannot see may not go on. */
  #blind(cause: unknown): void {
    this.#end('lost', `The watchdog lost its sight: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
