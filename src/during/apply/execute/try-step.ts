import { appendEntry } from '../../../foundation/ledger/entries.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { sendStatement } from '../../../foundation/steps/run-statement.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { AttemptFailure } from '../../../model/apply-run.js';
import type { LedgerEntryKind } from '../../../model/ledger.js';
import type { StepLock } from '../../../model/locks.js';
import type { Statement } from '../../../model/sql-text.js';
import type { ApplyContext } from './apply-context.js';
import { AttemptEnded, sqlOnOneLine, toAttemptFailure } from './attempt-failure.js';
import { findNamedIndex } from '../probe/index-remains.js';
import { stepFacts } from '../plan/step-facts.js';
import { limitsSql, roleSql } from '../plan/limits-sql.js';
import { afterLookSql, nameHeldLocks, readHeldLocks } from './held-locks.js';
import type { LockSamples } from './lock-samples.js';
import type { WatchSession } from './watch-session.js';
import { beginAfresh, replaySettings } from './work-session.js';

export interface TryOptions {
  readonly session: Session;
  readonly step: PlanStep;
  readonly lockTimeoutMs: number;
  readonly context: ApplyContext;
  /** Tells the names of what the transaction has locked, from outside. */
  readonly watch: Pick<WatchSession, 'ask'>;
  /** Where the watchdog collects the locks of what commits by itself; null for a transaction. */
  readonly samples: LockSamples | null;
  /** Aborted with an AttemptEnded by whoever watches. */
  readonly ended: AbortSignal;
}

export interface TriedStep {
  /** Null: it took effect, and the ledger says so. */
  readonly failure: AttemptFailure | null;
  /** Of a transaction that came to its end, whatever became of its COMMIT; else null. */
  readonly locks: readonly StepLock[] | null;
}

/** Runs a step once. After a failure no transaction is open. */
export async function tryStep(options: TryOptions): Promise<TriedStep> {
  const attempt = new Attempt(options);
  const failure = await (options.step.kind === 'transaction' ? attempt.inTransaction() : attempt.byItself());
  return { failure, locks: attempt.locks };
}

class Attempt {
  readonly #options: TryOptions;
  #current: Statement | null = null;
  locks: readonly StepLock[] | null = null;

  constructor(options: TryOptions) {
    this.#options = options;
  }

  async inTransaction(): Promise<AttemptFailure | null> {
    const { session, step, context, lockTimeoutMs } = this.#options;
    const start = context.clock.now();
    try {
      await beginAfresh(session);
      await session.query(step.begin ?? 'BEGIN');
      await session.query(limitsSql(step.limits, { local: true, lockTimeoutMs }) + roleSql(context.role, true));
      await replaySettings(session, step);
      for (const statement of step.statements) await this.#send(statement);
      this.#current = null;
      await this.#writeDown(start);
      this.#options.ended.throwIfAborted();
      await session.query('COMMIT');
      return null;
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  async byItself(): Promise<AttemptFailure | null> {
    const { session, step, context, lockTimeoutMs, samples } = this.#options;
    const start = context.clock.now();
    try {
      await beginAfresh(session);
      await session.query(limitsSql(step.limits, { local: false, lockTimeoutMs }) + roleSql(context.role, false));
      await replaySettings(session, step);
      await clearTheWay(session, step);
      samples?.begin();
      for (const statement of step.statements) await this.#send(statement);
    } catch (cause) {
      return this.#fail(cause);
    } finally {
      samples?.end();
    }
    await writeDownApart({ session, step, context, durationMs: context.clock.now() - start });
    return null;
  }

  async #send(statement: Statement): Promise<void> {
    this.#options.ended.throwIfAborted();
    this.#current = statement;
    const { session, step, context } = this.#options;
    const { span, sql } = statement;
    const count = step.statements.length;
    const number = step.statements.indexOf(statement) + 1;
    const place = `${span.path}:${span.line}`;
    context.onEvent({ kind: 'statement', stepId: step.id, number, count, place, sql: sqlOnOneLine(sql) });
    await sendStatement(session, statement);
  }

  /** The names are looked up while the outcome is written: nothing waits for them as long as the server answers. */
  async #writeDown(start: number): Promise<void> {
    const { session, step, context, watch } = this.#options;
    const looked = session.transactionStatus === 'open';
    const held = looked ? await readHeldLocks(session) : null;
    const naming = nameHeldLocks(held, { watch, clock: context.clock });
    const durationMs = context.clock.now() - start;
    await writeOutcome({ session, step, context, durationMs, first: looked ? afterLookSql : '' });
    this.locks = await naming;
  }

  async #fail(cause: unknown): Promise<AttemptFailure> {
    const { session, ended } = this.#options;
    await rollBack(session);
    const reason: unknown = ended.aborted ? ended.reason : null;
    return toAttemptFailure(cause, {
      statement: this.#current,
      ended: reason instanceof AttemptEnded ? reason : null,
      closed: session.closed,
    });
  }
}

/** What writing an outcome down needs to know of a run. */
export type WritingContext = Pick<ApplyContext, 'lease' | 'runId' | 'plan' | 'role' | 'recordMigration' | 'factsOf'>;

export interface Outcome {
  readonly session: Session;
  readonly step: PlanStep;
  readonly context: WritingContext;
  readonly durationMs: number;
  /** Goes before everything else, in the same message. */
  readonly first?: string;
}

/** Inside the open transaction. A migration may have changed the role, which need not be one that may write here. */
async function writeOutcome({ session, step, context, durationMs, first = '' }: Outcome): Promise<void> {
  await session.query(`${first}RESET ROLE${roleSql(context.role, true)}`);
  if (step.completesMigration) await context.recordMigration(step.migrationId, session, durationMs);
  await session.query('RESET ROLE');
  await appendOutcome(session, step, context);
}

async function appendOutcome(session: Session, step: PlanStep, context: WritingContext): Promise<void> {
  const { lease, runId, plan } = context;
  const about = { runId, migrationId: step.migrationId };
  await appendEntry(session, lease.token, { ...about, kind: 'applied', stepId: step.id, body: stepFacts(step) });
  if (!step.completesMigration) return;
  const kind: LedgerEntryKind = plan.direction === 'up' ? 'migration-applied' : 'migration-reverted';
  await appendEntry(session, lease.token, { ...about, kind, stepId: null, body: context.factsOf(step.migrationId) });
}

/** For a step that has taken effect by itself: its outcome, and the team tool's row, in a transaction of their own. */
export async function writeDownApart(outcome: Outcome): Promise<void> {
  const { session } = outcome;
  await session.query(`BEGIN READ WRITE; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '5s'`);
  try {
    await writeOutcome(outcome);
    await session.query('COMMIT');
  } catch (cause) {
    await rollBack(session);
    throw cause;
  }
}

const mostRollbacks = 5;

/** A cancellation that was meant for the statement before may hit the first ROLLBACK. */
async function rollBack(session: Session): Promise<void> {
  for (let attempt = 0; attempt < mostRollbacks && !session.closed; attempt++) {
    // A statement that commits by itself was sent under a role of the session, which may not read the ledger.
    await session.query('ROLLBACK; RESET ROLE').catch(() => undefined);
    if (session.transactionStatus === 'idle') return;
  }
}

/**
 * CREATE INDEX finds its name taken by what a broken attempt left, and with IF NOT EXISTS takes that for the index. What
 * somebody is building just now stays.
 */
async function clearTheWay(session: Session, { probe }: PlanStep): Promise<void> {
  if (probe.kind !== 'index built') return;
  const found = await findNamedIndex(session, probe);
  if (found !== null && !found.valid && !found.busy) await session.query(`DROP INDEX CONCURRENTLY ${found.name}`);
}
