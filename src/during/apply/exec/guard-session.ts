import { predictEffects } from '../../../foundation/effects/predict-effects.js';
import { nothingObserved } from '../../../foundation/observers/observe-session.js';
import type { ObservedSession } from '../../../foundation/observers/observed-session.js';
import type { ObservedStatement, StatementObserver } from '../../../foundation/observers/statement-observer.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { parseStatement } from '../../../foundation/sql/parse.js';
import { readBackend } from '../../../foundation/ledger/backends.js';
import type { BackendIdentity } from '../../../model/ledger.js';
import type { LockRequest } from '../../../model/effects.js';
import type { StepLock } from '../../../model/locks.js';
import { type AttemptEnded } from '../execute/attempt-failure.js';
import { findObstacles } from '../execute/find-obstacles.js';
import { LockSamples } from '../execute/lock-samples.js';
import type { WatchSession } from '../execute/watch-session.js';
import { watchAttempt, type Watched, type WatchOptions } from '../execute/watchdog.js';
import { type ApplyLimits, limitsOf } from '../plan/apply-limits.js';
import { limitProfile } from '../plan/limit-profile.js';
import { probeOf } from '../plan/step-probe.js';

export interface GuardOptions {
  /** A session for looking, of each session of the command its own. */
  readonly connectWatch: () => Promise<WatchSession>;
  readonly replicas: readonly Session[];
  readonly major: number;
  readonly limits: ApplyLimits;
  readonly context: WatchOptions['context'];
  /** What was seen of a statement, and why it was ended, if it was. */
  readonly onGuarded: (guarded: GuardedStatement) => void;
}

export interface GuardedStatement extends Watched {
  readonly sql: string;
  readonly backend: BackendIdentity;
  readonly waitedOutsideMs: number;
  readonly ended: AttemptEnded | null;
  /** As far as they were seen; null inside a transaction, where those of earlier statements are among them. */
  readonly locks: readonly StepLock[] | null;
}

const obstaclePollMs = 250;

/**
 * Puts limits around every statement of somebody else's session: it waits outside the lock queue until the way is free,
 * and is cancelled when it waits or makes others wait too long. The tool then sees a cancelled statement, and decides.
 */
export async function guardSession(session: ObservedSession, options: GuardOptions): Promise<StatementObserver> {
  const watch = await options.connectWatch();
  const backend = await watch.ask((looking) => readBackend(looking, session.pid));
  const guard = new SessionGuard(backend, watch, options);
  return {
    before: (statement) => guard.before(statement),
    after: async () => {
      await guard.over();
      return nothingObserved;
    },
    transactionEnded: async () => undefined,
  };
}

class SessionGuard {
  readonly #backend: BackendIdentity;
  readonly #watch: WatchSession;
  readonly #options: GuardOptions;
  #running: { readonly over: AbortController; readonly done: Promise<void> } | null = null;
  #number = 0;

  constructor(backend: BackendIdentity, watch: WatchSession, options: GuardOptions) {
    this.#backend = backend;
    this.#watch = watch;
    this.#options = options;
  }

  async before({ sql, inTransaction }: ObservedStatement): Promise<void> {
    await this.over();
    const { limits, replicas, context, onGuarded } = this.#options;
    const locks = this.#predict(sql);
    // Nobody may wait for a free moment while it holds locks that others wait for.
    const waitedOutsideMs = inTransaction ? 0 : await this.#findMoment(sql, locks ?? []);
    this.#number += 1;
    const profile = limitProfile(inTransaction ? 'transaction' : 'statement', locks);
    const step = { id: `command/${this.#backend.pid}/${this.#number}`, limits: limitsOf(profile, limits) };
    const end = new AbortController();
    const over = new AbortController();
    const { lockTimeoutMs } = step.limits;
    const about = { watch: this.#watch, replicas, pid: this.#backend.pid, step, lockTimeoutMs, context, end };
    const samples = inTransaction ? null : new LockSamples(probeOf(sql, null));
    samples?.begin();
    const watched = async (): Promise<void> => {
      const seen = await watchAttempt({ ...about, samples, over: over.signal });
      const ended = end.signal.aborted ? (end.signal.reason as AttemptEnded) : null;
      onGuarded({ ...seen, sql, backend: this.#backend, waitedOutsideMs, ended, locks: samples?.locks ?? null });
    };
    this.#running = { over, done: watched() };
  }

  async over(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    running?.over.abort();
    await running?.done;
  }

  #predict(sql: string): readonly LockRequest[] | null {
    const parsed = parseStatement(sql);
    if (!parsed.ok) return null;
    const { major } = this.#options;
    return predictEffects(parsed.tree, { major, graph: null, searchPath: ['public'], settings: new Map() }).locks;
  }

  /** Milliseconds that it waited; it goes on when its patience is over, and the watchdog takes care of the rest. */
  async #findMoment(sql: string, locks: readonly LockRequest[]): Promise<number> {
    const { context, limits, replicas } = this.#options;
    const { clock, signal } = context;
    const start = clock.now();
    const statement = { sql, span: { path: 'command', line: 1, column: 1, endLine: 1 }, copyData: null };
    while (!signal.aborted && clock.now() - start < limits.budget.patienceMs) {
      const obstacles = await this.#watch.ask((session) =>
        findObstacles(session, { locks, statements: [statement] }, { ourPid: this.#backend.pid, replicas }),
      );
      const [first] = obstacles.filter(({ yields }) => !yields);
      if (first === undefined) break;
      context.onEvent({ kind: 'waiting-outside', stepId: 'command', reason: first.words });
      await clock.sleep(obstaclePollMs, signal).catch(() => undefined);
    }
    return clock.now() - start;
  }
}
