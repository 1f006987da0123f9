import type { ConnectionTarget } from '../../../foundation/postgres/connection-target.js';
import { connect, type Session } from '../../../foundation/postgres/session.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { Stage } from '../../../foundation/stage/stage.js';

/** A disposable database in which a chain is applied and taken back, with one session at a time. */
export interface ProofDatabase extends AsyncDisposable {
  readonly target: ConnectionTarget;
  readonly session: Session;
  readonly canCopy: boolean;
  /** Another database that is the same; null on a server that is not ours. The session is a new one afterwards. */
  copy(): Promise<ProofDatabase | null>;
  /** A new session, as the next run of a tool would have. */
  reconnect(): Promise<void>;
  /** Lets work run; what still runs after so many milliseconds is cancelled. Tells whether that was so. */
  limit<Result>(
    limitMs: number,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly late: boolean }>;
}

const cancelEveryMs = 100;

/** Opens the stage's database for proofs. The stage's own observer leaves it, for a template must be alone. */
export async function openProofDatabase(stage: Stage): Promise<ProofDatabase> {
  if (stage.maintenance !== null) await stage.tower.watch[Symbol.asyncDispose]();
  const server: ProofServer = {
    maintenance: stage.maintenance,
    beside: stage.maintenance ?? stage.tower.watch,
    copies: 0,
  };
  return new Database(server, await open(stage.target), false);
}

interface ProofServer {
  readonly maintenance: Session | null;
  /** A session that is free while the proof's own is busy. */
  readonly beside: Session;
  copies: number;
}

function open(target: ConnectionTarget): Promise<Session> {
  return connect(target, { applicationName: 'lockkeeper proof' });
}

class Database implements ProofDatabase {
  readonly target: ConnectionTarget;
  readonly #server: ProofServer;
  readonly #isCopy: boolean;
  #session: Session;

  constructor(server: ProofServer, session: Session, isCopy: boolean) {
    this.#server = server;
    this.target = session.target;
    this.#session = session;
    this.#isCopy = isCopy;
  }

  get session(): Session {
    return this.#session;
  }

  get canCopy(): boolean {
    return this.#server.maintenance !== null;
  }

  async copy(): Promise<ProofDatabase | null> {
    const { maintenance } = this.#server;
    if (maintenance === null) return null;
    this.#server.copies += 1;
    const name = `${this.target.database}_copy_${this.#server.copies}`;
    await this.#session[Symbol.asyncDispose]();
    await maintenance.query(
      `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(this.target.database)} STRATEGY file_copy`,
    );
    this.#session = await open(this.target);
    // Settings of a database do not go along with its copy, and names are to mean the same there.
    await this.#session.query(`ALTER DATABASE ${quoteIdentifier(name)} SET search_path FROM CURRENT`);
    return new Database(this.#server, await open({ ...this.target, database: name }), true);
  }

  async reconnect(): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    this.#session = await open(this.target);
  }

  async limit<Result>(limitMs: number, work: () => Promise<Result>) {
    const { pid } = this.#session;
    let late = false;
    let cancelling: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      late = true;
      // What cannot be cancelled because the server is gone fails by itself.
      void this.#server.beside.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid]).catch(() => undefined);
    };
    const timer = setTimeout(
      () => {
        cancel();
        // The first may have come between two statements.
        cancelling = setInterval(cancel, cancelEveryMs);
      },
      Math.max(1, limitMs),
    );
    try {
      return { result: await work(), late };
    } finally {
      clearTimeout(timer);
      clearInterval(cancelling);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    if (this.#isCopy) {
      await this.#server.maintenance?.query(
        `DROP DATABASE IF EXISTS ${quoteIdentifier(this.target.database)} WITH (FORCE)`,
      );
    }
  }
}
