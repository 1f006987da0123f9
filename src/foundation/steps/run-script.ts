import type { Script } from '../../model/migration.js';
import type { Statement } from '../../model/sql-text.js';
import type { Notice } from '../../model/trace.js';
import { nothingObserved } from '../observers/observe-session.js';
import type { ObservedStatement, StatementObserver } from '../observers/statement-observer.js';
import type { Session } from '../postgres/session.js';
import { sendStatement } from './run-statement.js';
import type { RunProgress, ScriptOutcome, ScriptRun, StatementRun } from './script-run.js';
import { placeError } from './statement-error.js';
import { type StatementNature, statementNature } from './transaction-wrapping.js';

export interface RunScriptOptions {
  /** Null runs without looking: nothing but the statements themselves. */
  readonly observer: StatementObserver | null;
  /** The caller opened a transaction that outlives the script (a tool that applies all pending migrations in one). */
  readonly insideTransaction: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/**
 * Runs a script statement by statement, as its transaction plan says, and stops at the first failure. A failing change
 * is a result, not an exception. The parser must be loaded.
 */
export async function runScript(session: Session, script: Script, options: RunScriptOptions): Promise<ScriptRun> {
  const runner = new ScriptRunner(session, script, options);
  return runner.run();
}

/** active_sql_transaction */
const refusesBlock = '25001';

class ScriptRunner {
  readonly #session: Session;
  readonly #script: Script;
  readonly #options: RunScriptOptions;
  readonly #runs: StatementRun[] = [];
  readonly #natures = new Map<Statement, StatementNature>();
  /** Statements before this one have been committed. */
  #committed = 0;
  #commitMs: number | null = null;
  #notices: Notice[] = [];

  constructor(session: Session, script: Script, options: RunScriptOptions) {
    this.#session = session;
    this.#script = script;
    this.#options = options;
  }

  async run(): Promise<ScriptRun> {
    const startedAt = performance.now();
    const stopListening = this.#session.onNotice((notice) => this.#notices.push(notice));
    const outcome = await this.#runAll().finally(stopListening);
    return { startedAt, endedAt: performance.now(), statements: this.#runs, commitMs: this.#commitMs, outcome };
  }

  async #runAll(): Promise<ScriptOutcome> {
    const { statements, transaction } = this.#script;
    const ownBlock =
      !this.#options.insideTransaction &&
      (transaction.mode === 'single' || (transaction.mode === 'implicit' && statements.length > 1));
    const begun = ownBlock ? this.#session.query('BEGIN') : null;
    this.#parseAhead(0);
    await begun;
    for (const [index, statement] of statements.entries()) {
      this.#options.signal.throwIfAborted();
      this.#options.onProgress({
        path: this.#script.path,
        statementNumber: index + 1,
        statementCount: statements.length,
        sql: statement.sql,
      });
      if (!(await this.#runOne(statement))) return this.#afterFailure();
    }
    if (ownBlock) return this.#commit();
    return this.#afterLast();
  }

  /** A file that opened a transaction and never closed it: psql would end, and the server roll back. */
  async #afterLast(): Promise<ScriptOutcome> {
    if (this.#options.insideTransaction || this.#session.transactionStatus === 'idle') return { kind: 'applied' };
    await this.#session.query('ROLLBACK');
    return this.#undone();
  }

  async #runOne(statement: Statement): Promise<boolean> {
    const nature = this.#natureOf(statement);
    const wrap = this.#session.transactionStatus === 'idle' && nature.wrappable && this.#options.observer !== null;
    if (wrap) await this.#session.query('BEGIN');
    const applied = await this.#watch(statement, nature);
    if (!applied) return wrap && this.#runs.at(-1)?.error?.code === refusesBlock && (await this.#runBare(statement));
    if (wrap) return (await this.#commit()).kind === 'applied';
    if (this.#session.transactionStatus === 'idle') await this.#released('committed');
    return true;
  }

  /** Whether REINDEX and CLUSTER refuse a transaction depends on the catalog: only the server's answer tells. */
  async #runBare(statement: Statement): Promise<boolean> {
    this.#runs.pop();
    await this.#rollBack();
    await this.#options.observer?.transactionEnded({ outcome: 'rolled-back', endedAt: performance.now() });
    const applied = await this.#watch(statement, { ...this.#natureOf(statement), transactionBlock: 'refused' });
    if (applied) await this.#released('committed');
    return applied;
  }

  #natureOf(statement: Statement): StatementNature {
    const known = this.#natures.get(statement) ?? statementNature(statement.sql);
    this.#natures.set(statement, known);
    return known;
  }

  /** While the server is busy, parsing takes no time of the change. */
  #parseAhead(index: number): void {
    const statement = this.#script.statements[index];
    if (statement !== undefined) this.#natureOf(statement);
  }

  async #watch(statement: Statement, nature: StatementNature): Promise<boolean> {
    const observed: ObservedStatement = {
      sql: statement.sql,
      inTransaction: this.#session.transactionStatus !== 'idle',
    };
    const observer = nature.controlsTransaction ? null : this.#options.observer;
    this.#notices = [];
    await observer?.before(observed);
    const startedAt = performance.now();
    const error = await sendStatement(this.#session, statement).then(
      () => null,
      (cause: unknown) => placeError(statement, cause),
    );
    const endedAt = performance.now();
    const looking = observer?.after(observed, { startedAt, endedAt, failed: error !== null });
    this.#parseAhead(this.#runs.length + 1);
    const observation = await looking;
    this.#runs.push({
      statement,
      transactionBlock: nature.transactionBlock,
      startedAt,
      endedAt,
      releasedAt: observed.inTransaction ? null : endedAt,
      observation: observation ?? nothingObserved,
      notices: this.#notices,
      error,
    });
    return error === null;
  }

  async #commit(): Promise<ScriptOutcome> {
    const startedAt = performance.now();
    try {
      await this.#session.query('COMMIT');
    } catch (cause) {
      return this.#commitFailed(cause);
    }
    this.#commitMs = (this.#commitMs ?? 0) + performance.now() - startedAt;
    await this.#released('committed');
    return { kind: 'applied' };
  }

  /** Deferred constraints speak at COMMIT: the error belongs to the last statement, and nothing remains of the transaction. */
  async #commitFailed(cause: unknown): Promise<ScriptOutcome> {
    const last = this.#runs.at(-1);
    if (last !== undefined) this.#runs[this.#runs.length - 1] = { ...last, error: placeError(last.statement, cause) };
    if (this.#session.closed) return { kind: 'indeterminate' };
    return this.#undone();
  }

  async #afterFailure(): Promise<ScriptOutcome> {
    if (!this.#session.closed && this.#session.transactionStatus !== 'idle' && !this.#options.insideTransaction) {
      await this.#rollBack();
    }
    return this.#undone();
  }

  /** A backend that ended with the statement took its transaction along; the driver may learn so only now. */
  async #rollBack(): Promise<void> {
    await this.#session.query('ROLLBACK').catch((cause: unknown) => {
      if (!this.#session.closed) throw cause;
    });
  }

  /** The open transaction is gone; what was committed before it remains. */
  async #undone(): Promise<ScriptOutcome> {
    await this.#released('rolled-back');
    return this.#committed > 0 ? { kind: 'partial', appliedStatements: this.#committed } : { kind: 'rolled-back' };
  }

  /** Dates the end of every lock that was still held. */
  async #released(outcome: 'committed' | 'rolled-back'): Promise<void> {
    const endedAt = performance.now();
    for (const [index, run] of this.#runs.entries()) {
      if (run.releasedAt === null) this.#runs[index] = { ...run, releasedAt: endedAt };
    }
    if (outcome === 'committed') this.#committed = this.#runs.length;
    if (!this.#session.closed) await this.#options.observer?.transactionEnded({ outcome, endedAt });
  }
}
