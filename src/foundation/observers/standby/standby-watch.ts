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
   * After a statement that ran from `startedAt` to `endedAt` (performance.now()): waits, at most a minute, until the
   * standby has replayed what the primary had written by now. Writes about 100 bytes of WAL of its own.
   * `lagMs` counts from `endedAt`; a standby that has not caught up in a minute yields that minute.
   */
  measure(startedAt: number, endedAt: number): Promise<StandbyTrace>;
}

interface LagSample {
  readonly at: number;
  readonly bytes: number;
}

const sampleEveryMs = 10;
const longestWaitMs = 60_000;

/** WAL that is not flushed is never sent, so what the standby can lack is counted from the flush position. */
const flushedBytes = `SELECT (pg_catalog.pg_current_wal_flush_lsn() - '0/0')::text AS position`;
const replayedBytes = `SELECT (pg_catalog.pg_last_wal_replay_lsn() - '0/0')::text AS position`;

/** Starts to sample how far the standby is behind. The sessions stay the caller's. */
export async function startStandbyWatch(options: StandbyWatchOptions): Promise<StandbyWatch> {
  const { primary, standby } = options;
  await primary.query('SET synchronous_commit = local');
  let samples: LagSample[] = [];
  let stopped = false;
  // Sampling and measuring share the two sessions, and a session answers one query at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const sampling = (async () => {
    while (!stopped) {
      samples.push(await inTurn(() => sampleLag(primary, standby)));
      await sleep(sampleEveryMs);
    }
  })();
  // A broken session shows in measure(), where somebody listens.
  sampling.catch(() => undefined);

  const measure = async (startedAt: number, endedAt: number): Promise<StandbyTrace> => {
    const last = await sampleLag(primary, standby);
    const lagMs = await waitForReplay(options, endedAt);
    const seen = samples.filter((sample) => sample.at >= startedAt).map((sample) => sample.bytes);
    samples = [];
    const cancelledQueries = options.cancelledOnStandby?.(startedAt, performance.now()) ?? 0;
    return { lagBytes: Math.max(0, last.bytes, ...seen), lagMs, cancelledQueries };
  };
  return {
    measure: (startedAt, endedAt) =>
      inTurn(() => measure(startedAt, endedAt)).catch((cause: unknown) => {
        throw standbyLost(cause);
      }),
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await sampling.catch(() => undefined);
    },
  };
}

/** The primary is asked first: what it writes meanwhile is not held against the standby. */
async function sampleLag(primary: Session, standby: Session): Promise<LagSample> {
  const at = performance.now();
  const flushed = await readPosition(primary, flushedBytes);
  return { at, bytes: Math.max(0, flushed - (await readPosition(standby, replayedBytes))) };
}

/**
 * WAL of an open transaction, or of one with synchronous_commit = off, is flushed by the WAL writer at its leisure.
 * A small commit of our own flushes everything before it, so that what is measured is the standby and not the leisure.
 */
async function waitForReplay({ primary, standby }: StandbyWatchOptions, endedAt: number): Promise<number> {
  await primary.query(`SELECT pg_catalog.pg_logical_emit_message(true, 'lockkeeper', '')`);
  const target = await readPosition(primary, flushedBytes);
  for (;;) {
    const replayed = await readPosition(standby, replayedBytes);
    const waitedMs = performance.now() - endedAt;
    if (replayed >= target || waitedMs > longestWaitMs) return waitedMs;
    await sleep(2);
  }
}

/** Bytes since the beginning of the WAL: exact in a double up to 8 PiB. */
async function readPosition(session: Session, sql: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.position ?? 0);
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
