import type { ConnectionTarget } from '../../../../src/foundation/postgres/connection-target.js';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { readLeftovers } from './read-state.js';
import type { CrashableServer } from './server-of-ours.js';
import { type PairSeed, startServerPair } from './server-pair.js';
import { socketIn } from './wal-relay.js';

export interface Promotion {
  /** How far behind the standby was. */
  readonly words: string;
  /** What it has by halves. */
  readonly left: readonly string[];
}

/** What one trial has for itself. */
export interface TrialPlace extends AsyncDisposable {
  readonly database: string;
  /** Where the server listens that the database is to be found at now. */
  socketPath(): string;
  connection(): ConnectionTarget;
  crash(): Promise<void>;
  promoteStandby(lost: number): Promise<Promotion>;
}

let databases = 0;

/** A copy of a database, on a server that others use too. */
export async function copyDatabase(server: CrashableServer, template: string): Promise<TrialPlace> {
  const database = `trial_${process.pid}_${(databases += 1)}`;
  const administer = async (sql: string): Promise<void> => {
    // A crash ends the administrator's session too.
    await using admin = await connect(server.connection(), { applicationName: 'admin' });
    await admin.query(sql);
  };
  await administer(`CREATE DATABASE ${database} TEMPLATE ${template}`);
  return {
    database,
    socketPath: () => server.socketPath,
    connection: () => server.connection(database),
    crash: () => server.crash(),
    promoteStandby: () => Promise.reject(new Error('there is no standby here')),
    [Symbol.asyncDispose]: () => administer(`DROP DATABASE ${database} WITH (FORCE)`),
  };
}

/** Two servers, of which the second takes the place of the first. */
export async function startPair(seed: PairSeed): Promise<TrialPlace> {
  const pair = await startServerPair(seed);
  const { database } = seed;
  let current = pair.primary;
  return {
    database,
    socketPath: () => socketIn(current.socketDir),
    connection: () => current.connection(database),
    crash: () => Promise.reject(new Error('these servers do not come back')),
    promoteStandby: async (lost) => {
      const words = await pair.promoteStandby(lost);
      current = pair.standby;
      await using session = await connect(current.connection(database), { applicationName: 'admin' });
      return { words, left: await readLeftovers(session) };
    },
    [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
  };
}
