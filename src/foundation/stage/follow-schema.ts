import type { Migration } from '../../model/migration.js';
import type { Schema } from '../../model/schema.js';
import type { StatementError } from '../../model/trace.js';
import { readSchema } from '../catalog/read-schema.js';
import { keepsSchema } from '../effects/statement-class.js';
import { nothingObserved } from '../observers/observe-session.js';
import type { ObservedStatement, StatementObserver } from '../observers/statement-observer.js';
import type { Session } from '../postgres/session.js';
import { parseStatement } from '../sql/parse.js';
import { runScript } from '../steps/run-script.js';

export interface FollowedMigration {
  /** The schema before the statement at each place; null where the script did not come so far. */
  readonly schemas: readonly (Schema | null)[];
  /** The error that ended it; null when it was applied. */
  readonly failure: StatementError | null;
}

export interface FollowOptions {
  /** The caller opened a transaction that outlives the migration. */
  readonly insideTransaction: boolean;
  readonly signal: AbortSignal;
}

/** Runs a migration on a disposable database and reads, before each statement, what it will meet. */
export async function followSchema(
  session: Session,
  migration: Migration,
  { insideTransaction, signal }: FollowOptions,
): Promise<FollowedMigration> {
  const follower = new SchemaFollower(session, migration.statements.length);
  const run = await runScript(session, migration, {
    observer: follower,
    insideTransaction,
    signal,
    onProgress: ({ statementNumber }) => follower.arriveAt(statementNumber - 1),
  });
  const failure = run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
  return { schemas: follower.schemas, failure };
}

class SchemaFollower implements StatementObserver {
  readonly schemas: (Schema | null)[];
  readonly #session: Session;
  #index = 0;
  #current: Schema | null = null;

  constructor(session: Session, statements: number) {
    this.#session = session;
    this.schemas = Array.from({ length: statements }, () => null);
  }

  arriveAt(index: number): void {
    this.#index = index;
    this.schemas[index] = this.#current;
  }

  async before(): Promise<void> {
    this.#current ??= await readSchema(this.#session);
    this.schemas[this.#index] = this.#current;
  }

  async after({ sql }: ObservedStatement): Promise<typeof nothingObserved> {
    const parsed = parseStatement(sql);
    if (!parsed.ok || !keepsSchema(parsed.tree)) this.#current = null;
    return nothingObserved;
  }

  async transactionEnded({ outcome }: { readonly outcome: 'committed' | 'rolled-back' }): Promise<void> {
    if (outcome === 'rolled-back') this.#current = null;
  }
}
