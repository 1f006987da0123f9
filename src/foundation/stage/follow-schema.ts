import type { Migration } from '../../model/migration.js';
import type { Schema } from '../../model/schema.js';
import type { StatementError } from '../../model/trace.js';
import { readSchema } from '../catalog/read-schema.js';
import { keepsSchema, readsByPlan } from '../effects/statement-class.js';
import { nothingObserved } from '../observers/observe-session.js';
import type { ObservedOutcome, ObservedStatement, StatementObserver } from '../observers/statement-observer.js';
import type { Session } from '../postgres/session.js';
import { parseStatement } from '../sql/parse.js';
import { runScript } from '../steps/run-script.js';

export interface FollowedMigration {
  /** The schema before the statement at each place; null where the script did not come so far. */
  readonly schemas: readonly (Schema | null)[];
  /**
   * `schema.name mode` of each lock that the transaction held after the statement at each place. Null where nobody looked:
   * only what reads or changes rows is looked at, and only in a transaction.
   */
  readonly held: readonly (ReadonlySet<string> | null)[];
  /** The error that ended it; null when it was applied. */
  readonly failure: StatementError | null;
}

export interface FollowOptions {
  /** The caller opened a transaction that outlives the migration. */
  readonly insideTransaction: boolean;
  /** Whether to look at the locks, which costs a round trip for each statement that reads or changes rows. */
  readonly watchLocks?: boolean;
  readonly signal: AbortSignal;
}

const heldSql = `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || ' ' || l.mode AS lock
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted`;

/** Runs a migration on a disposable database and reads, before each statement, what it will meet. */
export async function followSchema(
  session: Session,
  migration: Migration,
  { insideTransaction, watchLocks = false, signal }: FollowOptions,
): Promise<FollowedMigration> {
  const follower = new SchemaFollower(session, { statements: migration.statements.length, watchLocks });
  const run = await runScript(session, migration, {
    observer: follower,
    insideTransaction,
    signal,
    onProgress: ({ statementNumber }) => follower.arriveAt(statementNumber - 1),
  });
  const failure = run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
  return { schemas: follower.schemas, held: follower.held, failure };
}

class SchemaFollower implements StatementObserver {
  readonly schemas: (Schema | null)[];
  readonly held: (ReadonlySet<string> | null)[];
  readonly #watchLocks: boolean;
  readonly #session: Session;
  #index = 0;
  #current: Schema | null = null;

  constructor(
    session: Session,
    { statements, watchLocks }: { readonly statements: number; readonly watchLocks: boolean },
  ) {
    this.#session = session;
    this.#watchLocks = watchLocks;
    this.schemas = Array.from({ length: statements }, () => null);
    this.held = Array.from({ length: statements }, () => null);
  }

  arriveAt(index: number): void {
    this.#index = index;
    this.schemas[index] = this.#current;
  }

  async before(): Promise<void> {
    this.#current ??= await readSchema(this.#session);
    this.schemas[this.#index] = this.#current;
  }

  async after(
    { sql, inTransaction }: ObservedStatement,
    { failed }: Pick<ObservedOutcome, 'failed'>,
  ): Promise<typeof nothingObserved> {
    const parsed = parseStatement(sql);
    if (!parsed.ok || !keepsSchema(parsed.tree)) this.#current = null;
    if (this.#watchLocks && inTransaction && !failed && parsed.ok && readsByPlan(parsed.tree)) {
      const { rows } = await this.#session.query(heldSql);
      this.held[this.#index] = new Set(rows.map(({ lock }) => String(lock)));
    }
    return nothingObserved;
  }

  async transactionEnded({ outcome }: { readonly outcome: 'committed' | 'rolled-back' }): Promise<void> {
    if (outcome === 'rolled-back') this.#current = null;
  }
}
