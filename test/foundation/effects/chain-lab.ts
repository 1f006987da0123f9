import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { keepsSchema } from '../../../src/foundation/effects/statement-class.js';
import { transactionControl } from '../../../src/foundation/effects/transaction-control.js';
import { type LockHistory, openLockHistory } from '../../../src/foundation/observers/lock-history.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../src/foundation/postgres/server/embedded-versions.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { assemble, ResourceStack } from '../../../src/foundation/runtime/resource-stack.js';
import { parseStatement } from '../../../src/foundation/sql/parse.js';
import type { Schema } from '../../../src/model/schema.js';
import { observeOutside, type OutsideLab } from './observe-outside.js';
import { observeInTransaction, type ObservedEffects } from './oracle.js';
import { open } from './oracle-copy.js';
import { type CaseResult, judge } from './oracle-lab.js';

/** A server on which histories of migrations run, each in a database of its own; every statement commits by itself. */
export class ChainLab implements AsyncDisposable {
  readonly #parts: ResourceStack;
  readonly #cluster: Cluster;
  readonly #control: Session;
  readonly #history: LockHistory;
  #databases = 0;

  private constructor(parts: ResourceStack, server: { cluster: Cluster; control: Session; history: LockHistory }) {
    this.#parts = parts;
    this.#cluster = server.cluster;
    this.#control = server.control;
    this.#history = server.history;
  }

  static async open(major: EmbeddedMajor): Promise<ChainLab> {
    return await assemble(async (parts) => {
      const cluster = parts.use(await startCluster({ major, serverBin: null, settings: { autovacuum: 'off' } }));
      const control = parts.use(await open(cluster, 'postgres'));
      const history = await openLockHistory(parts.use(await open(cluster, 'postgres')));
      return new ChainLab(parts, { cluster, control, history });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts[Symbol.asyncDispose]();
  }

  /** Predicts and runs one statement after the other; those that fail are left out of the history. */
  async run(statements: Iterable<string>): Promise<readonly CaseResult[]> {
    this.#databases += 1;
    const name = `chain_${this.#databases}`;
    await this.#control.query(`CREATE DATABASE ${name}`);
    await using session = await open(this.#cluster, name);
    await using watch = await open(this.#cluster, name);
    const lab = { session, watch, history: this.#history };
    const results: CaseResult[] = [];
    let schema: Schema | null = null;
    for (const sql of statements) {
      const parsed = parseStatement(sql);
      if (!parsed.ok || transactionControl(parsed.tree) !== null) continue;
      const met: Schema = schema ?? (await readSchema(session));
      const result = await judge({ sql }, async () => ({ observed: await this.#observe(sql, lab), schema: met }));
      if (result !== null) results.push(result);
      schema = keepsSchema(parsed.tree) || result?.error != null ? met : null;
    }
    return results;
  }

  async #observe(sql: string, lab: OutsideLab): Promise<ObservedEffects> {
    await lab.session.query('BEGIN');
    const observed = await observeInTransaction({ session: lab.session, witness: this.#control }, sql);
    await lab.session.query(observed.error === null ? 'COMMIT' : 'ROLLBACK');
    return observed.refused ? await observeOutside(lab, [sql]) : observed;
  }
}
