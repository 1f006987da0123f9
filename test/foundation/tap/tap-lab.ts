import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { nothingObserved } from '../../../src/foundation/observers/observe-session.js';
import type { ObservedSession } from '../../../src/foundation/observers/observed-session.js';
import type { ObserveSession } from '../../../src/foundation/observers/statement-observer.js';
import { openTap } from '../../../src/foundation/tap/open-tap.js';
import type {
  Tap,
  TapOptions,
  TappedSessionEnd,
  TappedStatement,
  TappedTransactionEnd,
} from '../../../src/foundation/tap/tap.js';

/** What an observer saw in pg_locks from inside and from outside, right after a statement. */
export interface SeenLocks {
  readonly sql: string;
  readonly inTransaction: boolean;
  readonly inside: readonly string[] | null;
  readonly outside: readonly string[];
}

export interface TapLab extends AsyncDisposable {
  readonly tap: Tap;
  readonly statements: TappedStatement[];
  readonly transactions: TappedTransactionEnd[];
  readonly sessions: TappedSessionEnd[];
  readonly seen: SeenLocks[];
  /** What a client is given to connect with. */
  readonly target: ConnectionTarget;
}

const locksOf = (pid: string) => `SELECT l.relation::pg_catalog.regclass::text || ' ' || l.mode AS lock
  FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.relation >= 16384 AND l.pid = ${pid} ORDER BY 1`;

/** Opens a tap whose observers compare what the session says of its locks with what a second session reads. */
export async function openTapLab(
  database: ConnectionTarget,
  observe?: ObserveSession,
  { upstream = database, role = null }: Partial<Pick<TapOptions, 'upstream' | 'role'>> = {},
): Promise<TapLab> {
  const watch = await connect(database, { applicationName: 'test watch' });
  const statements: TappedStatement[] = [];
  const transactions: TappedTransactionEnd[] = [];
  const sessions: TappedSessionEnd[] = [];
  const seen: SeenLocks[] = [];
  const tap = await openTap({
    upstream,
    role,
    observe: observe ?? (async (session) => lockObserver(session, watch, seen)),
    onStatement: (statement) => void statements.push(statement),
    onTransactionEnd: (end) => void transactions.push(end),
    onSessionEnd: (end) => void sessions.push(end),
  });
  return {
    tap,
    statements,
    transactions,
    sessions,
    seen,
    target: { host: tap.host, port: tap.port, user: 'anybody', database: upstream.database, password: tap.password },
    [Symbol.asyncDispose]: async () => {
      await tap[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
    },
  };
}

function lockObserver(session: ObservedSession, watch: Session, seen: SeenLocks[]) {
  return {
    before: async () => undefined,
    after: async (statement: { readonly sql: string; readonly inTransaction: boolean }) => {
      const inside = await session.peek(locksOf('pg_catalog.pg_backend_pid()'));
      const outside = await watch.query(locksOf(String(session.pid)));
      seen.push({
        ...statement,
        inside: inside?.map((row) => String(row['lock'])) ?? null,
        outside: outside.rows.map((row) => String(row['lock'])),
      });
      return nothingObserved;
    },
    transactionEnded: async () => undefined,
  };
}

export async function startLabCluster(): Promise<Cluster> {
  return startCluster({ major: 17, serverBin: null, settings: { max_prepared_transactions: '2' } });
}

let databases = 0;

/** A database of its own. */
export async function makeDatabase(cluster: Cluster, setup = 'SELECT 1'): Promise<ConnectionTarget> {
  databases += 1;
  const name = `lab_${databases}`;
  await using admin = await connect(cluster.connection(), { applicationName: 'test' });
  await admin.query(`CREATE DATABASE ${name}`);
  await using session = await connect(cluster.connection(name), { applicationName: 'test' });
  await session.query(setup);
  return cluster.connection(name);
}
