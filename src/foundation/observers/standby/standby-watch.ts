import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { StandbyTrace } from '../../../model/trace.js';
import type { Session } from '../../postgres/session.js';

export interface StandbyWatchOptions {
  /** Sessions of the watch alone: it polls on both all the time. */
  readonly primary: Session;
  readonly standby: Session;
  /**
   * What the traffic on the standby knows of cancelled reads; nobody else reads there. The server's own counters do
   * not serve: an idle backend reports up to ten seconds late, into the wrong statement.
   */
  readonly cancelledOnStandby?: (from: number, to: number) => number;
}

export interface StandbyWatch extends AsyncDisposable {
  /**
   * For a statement that ran from `startedAt` to `endedAt` (performance.now()): resolves when the standby has replayed
   * what the primary had written at the call, at most a minute after `endedAt`; such a minute is then the lag.
   * Call it at once, for one statement after the other; nobody has to wait for the answer before the next statement.
   * Writes about 100 bytes of WAL. Rejects with `query-failed` when either server is lost.
   */
  measure(startedAt: number, endedAt: number): Promise<StandbyTrace>;
}

interface LagSample {
  readonly at: number;
  readonly flushed: number;
  readonly replayed: number;
}

interface Waiter {
  readonly target: number;
  readonly endedAt: number;
  readonly resolve: (lagMs: number) => void;
  readonly reject: (cause: unknown) => void;
}

const sampleEveryMs = 10;
/** While somebody waits for replay, the next look comes this soon: the precision of a lag. */
const lookEveryMs = 2;
const longestWaitMs = 60_000;

/** WAL that is not flushed is never sent, so what the standby can lack is counted from the flush position. */
const flushedBytes = `SELECT (pg_catalog.pg_current_wal_flush_lsn() - '0/0')::text AS position`;
const replayedBytes = `SELECT (pg_catalog.pg_last_wal_replay_lsn() - '0/0')::text AS position`;

/** Starts to sample how far the standby is behind. The sessions stay the caller's. */
export async function startStandbyWatch(options: StandbyWatchOptions): Promise<StandbyWatch> {
  await options.primary.query('SET synchronous_commit = local');
  const sampler = new LagSampler(options);
  const running = sampler.run();
  const measure = async (startedAt: number, endedAt: number): Promise<StandbyTrace> => {
    const peak = sampler.takePeak(startedAt, endedAt);
    const { lagMs, bytes } = await sampler.waitForReplay(endedAt).catch((cause: unknown) => {
      throw standbyLost(cause);
    });
    const cancelledQueries = options.cancelledOnStandby?.(startedAt, endedAt + lagMs) ?? 0;
    return { lagBytes: Math.max(peak, bytes), lagMs, cancelledQueries };
  };
  return {
    measure: (startedAt, endedAt) => {
      const measured = measure(startedAt, endedAt);
      // Who looks at the answer later still gets the failure; until then it must not end the process.
      measured.catch(() => undefined);
      return measured;
    },
    [Symbol.asyncDispose]: async () => {
      sampler.stop();
      await running;
    },
  };
}

/** Looks at both servers again and again, and tells those who wait when the standby has come as far as they need. */
class LagSampler {
  readonly #sessions: Pick<StandbyWatchOptions, 'primary' | 'standby'>;
  #samples: LagSample[] = [];
  #waiters: readonly Waiter[] = [];
  #stopped = false;
  #failure: { readonly cause: unknown } | null = null;
  /** A session answers one query at a time. */
  #primaryTurn: Promise<unknown> = Promise.resolve();

  constructor(sessions: Pick<StandbyWatchOptions, 'primary' | 'standby'>) {
    this.#sessions = sessions;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Never rejects: a lost server shows to those who wait. */
  async run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#note(await this.#look());
        await sleep(this.#waiters.length > 0 ? lookEveryMs : sampleEveryMs);
      }
      throw new Error('the watch was stopped');
    } catch (cause) {
      this.#failure = { cause };
      for (const waiter of this.#waiters) waiter.reject(cause);
    }
  }

  /** The most bytes that the standby was behind in [from, to]; forgets what was seen before `to`. */
  takePeak(from: number, to: number): number {
    const within = this.#samples.filter(({ at }) => at >= from && at <= to);
    this.#samples = this.#samples.filter(({ at }) => at > to);
    return within.reduce((peak, { flushed, replayed }) => Math.max(peak, flushed - replayed), 0);
  }

  /**
   * WAL of an open transaction, or of one with synchronous_commit = off, is flushed by the WAL writer at its leisure.
   * A small commit of our own flushes everything before it, so that what is measured is the standby and not the leisure.
   */
  async waitForReplay(endedAt: number): Promise<{ readonly lagMs: number; readonly bytes: number }> {
    const target = await this.#onPrimary(async (primary) => {
      await primary.query(`SELECT pg_catalog.pg_logical_emit_message(true, 'lockkeeper', '')`);
      return readPosition(primary, flushedBytes);
    });
    if (this.#failure !== null) throw this.#failure.cause;
    const bytes = Math.max(0, target - (this.#samples.at(-1)?.replayed ?? target));
    const lagMs = await new Promise<number>((resolve, reject) => {
      this.#waiters = [...this.#waiters, { target, endedAt, resolve, reject }];
    });
    return { lagMs, bytes };
  }

  /** The primary is asked first: what it writes meanwhile is not held against the standby. */
  async #look(): Promise<LagSample> {
    const at = performance.now();
    const flushed = await this.#onPrimary((primary) => readPosition(primary, flushedBytes));
    return { at, flushed, replayed: await readPosition(this.#sessions.standby, replayedBytes) };
  }

  #note(sample: LagSample): void {
    this.#samples.push(sample);
    const now = performance.now();
    const isOver = ({ target, endedAt }: Waiter) => sample.replayed >= target || now - endedAt > longestWaitMs;
    for (const waiter of this.#waiters.filter(isOver)) waiter.resolve(now - waiter.endedAt);
    this.#waiters = this.#waiters.filter((waiter) => !isOver(waiter));
  }

  #onPrimary<T>(work: (primary: Session) => Promise<T>): Promise<T> {
    const done = this.#primaryTurn.then(() => work(this.#sessions.primary));
    this.#primaryTurn = done.catch(() => undefined);
    return done;
  }
}

/** Bytes since the beginning of the WAL: exact in a double up to 8 PiB. */
async function readPosition(session: Session, sql: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.['position'] ?? 0);
}

function standbyLost(cause: unknown): ChangeSafetyError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ChangeSafetyError({
    code: 'query-failed',
    message: `The standby of the stage could not be measured: ${reason}`,
    remedy: 'Rehearse again; if it recurs, leave out --standby.',
    effect: 'none',
    cause,
  });
}
