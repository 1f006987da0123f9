import { estimateProgress, readProgress } from '../../../foundation/activity/read-progress.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { CommandProgress } from '../../../model/activity.js';

/** How far the command of a run is. */
export interface FollowedProgress {
  readonly phase: string;
  /** 0 to 1 of the phase; null where the server does not count. */
  readonly fraction: number | null;
  readonly remainingMs: number | null;
}

/** One runner works at a time: whoever has this name works for it. */
const workers = `SELECT a.pid FROM pg_catalog.pg_stat_get_activity(NULL) a WHERE a.application_name LIKE 'lockkeeper apply%'`;

/** Estimates from one look to the next how long a build or a vacuum will take. */
export class ProgressFollower {
  readonly #session: Session;
  readonly #clock: Clock;
  #last: { readonly progress: CommandProgress; readonly atMs: number } | null = null;

  constructor(session: Session, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Null while nothing runs that tells how far it is. Driver's errors pass. */
  async look(): Promise<FollowedProgress | null> {
    const pids = new Set((await this.#session.query(workers)).rows.map((row) => Number(row['pid'])));
    const progress = (await readProgress(this.#session)).find(({ pid }) => pids.has(pid));
    const atMs = this.#clock.now();
    const last = this.#last;
    this.#last = progress === undefined ? null : { progress, atMs };
    if (progress === undefined) return null;
    const { fraction, remainingMs } = estimateProgress(last?.progress ?? null, progress, atMs - (last?.atMs ?? atMs));
    return { phase: `${progress.command}: ${progress.phase}`, fraction, remainingMs };
  }
}
