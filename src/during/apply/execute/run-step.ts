import { readContendedLocks } from '../../../foundation/activity/read-contended-locks.js';
import { appendEntry } from '../../../foundation/ledger/entries.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { AttemptFailure, StepAttempt, StepOutcome, StepState } from '../../../model/apply-run.js';
import type { StepLock } from '../../../model/locks.js';
import { readEarlierIndexes } from '../probe/index-remains.js';
import type { ApplyContext } from './apply-context.js';
import { mayTryAgain } from './attempt-failure.js';
import { waitsFor } from './blocked-by-us.js';
import { findObstacles, type Obstacle } from './find-obstacles.js';
import type { QueueBudget } from './queue-budget.js';
import { LockSamples } from './lock-samples.js';
import { settleStep } from './settle-step.js';
import { unlessSilent } from './silence.js';
import { tryStep } from './try-step.js';
import type { WatchSession } from './watch-session.js';
import { watchAttempt } from './watchdog.js';
import { openWorkSession, type WorkSession } from './work-session.js';

export interface RunStepOptions {
  readonly context: ApplyContext;
  readonly budget: QueueBudget;
  readonly watch: WatchSession;
  readonly replicas: readonly Session[];
  readonly work: WorkSession;
}

export interface StepRun {
  readonly outcome: StepOutcome;
  /** The session to go on with: another one when the connection was lost. */
  readonly work: WorkSession;
}

/** Runs a step until it took effect, failed for good, or has cost all that it may. Never throws for what the server says. */
export async function runStep(step: PlanStep, options: RunStepOptions): Promise<StepRun> {
  const runner = new StepRunner(step, options);
  const state = await runner.run();
  return { outcome: runner.outcome(state), work: runner.work };
}

interface Tried {
  readonly failure: AttemptFailure | null;
  readonly queuedMs: number | null;
}

const obstaclePollMs = 250;
const deadlockTimeout = `SELECT pg_catalog.date_part('epoch', pg_catalog.current_setting('deadlock_timeout')::pg_catalog.interval) * 1000 AS ms`;
/** For an autovacuum to end, once it was told to. */
const yieldingMs = 300;
/** A connection that is lost again and again will be lost the next time too. */
const mostLosses = 3;
/** What held its locks too long twice does so by its nature, and every attempt makes others wait again. */
const mostHolds = 2;

class StepRunner {
  readonly #step: PlanStep;
  readonly #options: RunStepOptions;
  readonly #attempts: StepAttempt[] = [];
  #longestBlockedMs = 0;
  /** How long the next attempt may queue, where it needs longer than its limit. */
  #longerMs = 0;
  /** Of the last attempt. */
  #locks: readonly StepLock[] | null = null;
  work: WorkSession;

  constructor(step: PlanStep, options: RunStepOptions) {
    this.#step = step;
    this.#options = options;
    this.work = options.work;
  }

  outcome(state: StepState): StepOutcome {
    return {
      stepId: this.#step.id,
      state,
      attempts: this.#attempts,
      walBytes: null,
      longestBlockedMs: this.#longestBlockedMs,
      locks: state === 'applied' ? this.#locks : null,
    };
  }

  async run(): Promise<StepState> {
    const { context, budget } = this.#options;
    const { attempts } = context.plan.budget;
    const left = context.begun.has(this.#step.id) ? await this.#settle() : 'not-applied';
    if (left !== 'not-applied') return left;
    for (let number = 1; ; number++) {
      const failure = await this.#attempt();
      if (failure === null) return 'applied';
      const state = failure.kind === 'lost' ? await this.#decide() : await this.#settle();
      const patient = number < attempts && this.#endedBy('lost') < mostLosses && budget.leftMs > 0;
      const again =
        state === 'not-applied' && mayTryAgain(failure) && patient && this.#endedBy('held-too-long') < mostHolds;
      const againInMs = again ? budget.pauseMs(number) : null;
      context.onEvent({ kind: 'attempt-failed', stepId: this.#step.id, attempt: number, failure, againInMs });
      if (againInMs === null) return state;
      await context.clock.sleep(againInMs, context.signal).catch(() => undefined);
    }
  }

  #endedBy(kind: AttemptFailure['kind']): number {
    return this.#attempts.filter(({ failure }) => failure?.kind === kind).length;
  }

  async #attempt(): Promise<AttemptFailure | null> {
    const { context, budget } = this.#options;
    const startedAt = context.clock.date().toISOString();
    const start = context.clock.now();
    const obstacle = await this.#findMoment();
    const begun = context.clock.now();
    const { backend } = this.work;
    const tried = obstacle ?? (await this.#tryOnce());
    this.#attempts.push({
      startedAt,
      waitedOutsideMs: begun - start,
      queuedMs: tried.queuedMs,
      durationMs: context.clock.now() - begun,
      backend,
      failure: tried.failure,
    });
    budget.spend(tried.queuedMs ?? 0);
    return tried.failure;
  }

  /** Waits, outside of any queue, until nobody is in the way who would stay. Null when the way is free. */
  async #findMoment(): Promise<Tried | null> {
    const { context } = this.#options;
    const start = context.clock.now();
    let said = '';
    for (;;) {
      if (context.signal.aborted) return noMoment('interrupted', 'The run was interrupted.');
      if (context.lease.lost.aborted) return noMoment('criterion', 'The lease on the database was lost.');
      const obstacles = await this.#findObstacles();
      if ('failure' in obstacles) return obstacles;
      const outlastsMs = await this.#outlastsMs(obstacles);
      const [first] = obstacles.filter(({ yields }) => !yields || outlastsMs === null);
      if (first === undefined) {
        this.#longerMs = obstacles.length === 0 ? 0 : (outlastsMs ?? 0);
        return null;
      }
      if (first.words.replace(/[\d.]+ s/, '') !== said) {
        said = first.words.replace(/[\d.]+ s/, '');
        context.onEvent({ kind: 'waiting-outside', stepId: this.#step.id, reason: first.words });
      }
      if (context.clock.now() - start > context.plan.budget.patienceMs) {
        return noMoment(
          'criterion',
          `It waited ${Math.round(context.plan.budget.patienceMs / 1000)} s for a free moment: ${first.words}.`,
        );
      }
      await context.clock.sleep(obstaclePollMs, context.signal).catch(() => undefined);
    }
  }

  /**
   * An autovacuum gives way to whoever has waited for it as long as deadlock_timeout, and to nobody before: how long an
   * attempt has to queue to see that. Null where the change may not make others wait so long.
   */
  async #outlastsMs(obstacles: readonly Obstacle[]): Promise<number | null> {
    const { budget, watch } = this.#options;
    const { lockTimeoutMs } = this.#step.limits;
    if (lockTimeoutMs === 0 || !obstacles.some(({ yields }) => yields)) return 0;
    const rows = await watch
      .ask((session) => session.query(deadlockTimeout))
      .then(
        (answer) => answer.rows,
        () => [],
      );
    const wantedMs = Number(rows[0]?.['ms'] ?? Number.POSITIVE_INFINITY) + yieldingMs;
    return wantedMs <= budget.leftMs ? wantedMs : null;
  }

  /** Waiting is in vain where who is in the way waits for this very run. */
  async #findObstacles(): Promise<readonly Obstacle[] | Tried> {
    const { context, watch, replicas } = this.#options;
    const { backend } = this.work;
    const { gatekeeper } = context;
    try {
      return await watch.ask(async (session) => {
        const obstacles = await findObstacles(session, this.#step, { ourPid: backend.pid, replicas });
        const locks = gatekeeper === null || obstacles.length === 0 ? [] : await readContendedLocks(session);
        const stuck = obstacles.find(({ pid }) => pid !== null && waitsFor(locks, pid, gatekeeper ?? 0));
        return stuck === undefined ? obstacles : noMoment('criterion', `Waiting is in vain: ${stuck.words}, for us.`);
      });
    } catch (cause) {
      return noMoment('lost', `Nobody could look who is in the way: ${messageOf(cause)}`);
    }
  }

  async #tryOnce(): Promise<Tried> {
    const { context, budget, watch, replicas } = this.#options;
    const ownMs = this.#step.limits.lockTimeoutMs;
    const lockTimeoutMs = budget.lockTimeoutMs(ownMs === 0 ? 0 : Math.max(ownMs, this.#longerMs));
    const { id: stepId } = this.#step;
    const attempt = this.#attempts.length + 1;
    context.onEvent({ kind: 'attempt-started', stepId, attempt, lockTimeoutMs, queueLeftMs: budget.leftMs });
    const end = new AbortController();
    const over = new AbortController();
    const samples = this.#step.kind === 'statement' ? new LockSamples(this.#step.probe) : null;
    const { session } = this.work;
    const watching = watchAttempt({
      watch,
      samples,
      replicas,
      pid: this.work.backend.pid,
      cutWork: () => session.cut(),
      gatekeeper: context.gatekeeper,
      step: this.#step,
      lockTimeoutMs,
      context,
      end,
      over: over.signal,
    });
    const trying = { session, step: this.#step, lockTimeoutMs, context, watch, samples, ended: end.signal };
    const tried = await this.#intend(lockTimeoutMs)
      .then(() => tryStep(trying))
      .catch((cause: unknown) => ({ failure: unheard(cause), locks: null }));
    over.abort();
    const { queuedMs, longestBlockedMs } = await watching;
    this.#longestBlockedMs = Math.max(this.#longestBlockedMs, longestBlockedMs);
    this.#locks = samples?.locks ?? tried.locks;
    return { failure: tried.failure, queuedMs };
  }

  async #intend(lockTimeoutMs: number): Promise<void> {
    const { context } = this.#options;
    const { session, backend } = this.work;
    const earlier = await readEarlierIndexes(session, this.#step.probe);
    await appendEntry(session, context.lease.token, {
      runId: context.runId,
      kind: 'intent',
      migrationId: this.#step.migrationId,
      stepId: this.#step.id,
      body: {
        backend: { ...backend },
        lockTimeoutMs,
        attempt: this.#attempts.length + 1,
        earlier: earlier === null ? null : { oids: [...earlier.oids] },
      },
    });
  }

  /** The answer is not known: the backend is ended, and the step's own probe decides. */
  async #decide(): Promise<StepState> {
    const { context } = this.#options;
    try {
      const { backend, session } = this.work;
      session.cut();
      if (!(await context.lease.held())) return 'indeterminate';
      const work = await openWorkSession(context, backend);
      if (work === null) return 'indeterminate';
      this.work = work;
      return await this.#settle();
    } catch {
      return 'indeterminate';
    }
  }

  async #settle(): Promise<StepState> {
    const { context, watch } = this.#options;
    const settled = (): Promise<StepState> => settleStep(this.#step, this.work.session, context);
    return unlessSilent({ watch, work: this.work, clock: context.clock }, settled).catch(() => 'indeterminate');
  }
}

/** A failure outside of the statements: the ledger could not be written. */
function unheard(cause: unknown): AttemptFailure {
  const message = messageOf(cause);
  const taken = cause instanceof ChangeSafetyError && cause.code === 'lease-lost';
  return { kind: taken ? 'criterion' : 'lost', sqlState: null, message, place: null };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function noMoment(kind: AttemptFailure['kind'], message: string): Tried {
  return { failure: { kind, sqlState: null, message, place: null }, queuedMs: null };
}
