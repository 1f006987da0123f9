import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { connectToAny } from '../postgres/connect-to-any.js';
import type { ConnectionPlan } from '../postgres/connection-string.js';
import type { Session } from '../postgres/session.js';
import { type DatabaseNames, readDatabaseNames } from './database-names.js';
import { rehearseQuestions } from './read-lock-waits.js';

/** A session that looks at a whole server, and whence. */
export interface ActivitySessionOpened extends AsyncDisposable {
  readonly session: Session;
  /** The database that was named; another one may be looked from. */
  readonly database: string;
  readonly watchedFrom: string;
  /** Empty when somebody has locked pg_database. */
  readonly databases: DatabaseNames;
  /** What somebody should know who reads what is seen. */
  readonly notes: readonly string[];
}

/**
 * A new session reads the system catalogs of its database before it does anything else: while one of them is locked, it
 * waits, and stays in the queue after its client has gone. Every database of a server shows the activity of all, so the
 * usual maintenance database is asked first. template1 is the last, for nobody can CREATE DATABASE beside us there.
 */
const maintenanceDatabase = 'postgres';
const lastResort = 'template1';

export interface OpenActivityOptions {
  readonly applicationName: string;
  /** Milliseconds that each database is given to let us in. */
  readonly connectTimeoutMs?: number;
}

const patienceMs = 4_000;

/**
 * Opens a session that sees the whole server, in the named database or, better, in another one.
 * @throws ChangeSafetyError `connection-failed` when no database lets a new session in.
 */
export async function openActivitySession(
  plan: ConnectionPlan,
  { applicationName, connectTimeoutMs = patienceMs }: OpenActivityOptions,
): Promise<ActivitySessionOpened> {
  const database = plan.candidates[0]?.target.database ?? maintenanceDatabase;
  const failures: ChangeSafetyError[] = [];
  for (const name of new Set([maintenanceDatabase, database, lastResort])) {
    try {
      const session = await connectToAny(inDatabase(plan, name), { applicationName, connectTimeoutMs });
      const databases = await readDatabaseNames(session);
      if (name !== database && isElsewhere(databases, database)) {
        await session[Symbol.asyncDispose]();
        continue;
      }
      await rehearseQuestions(session, databases);
      const notes = name === database ? [] : notesOf(failures, database, name);
      const close = () => session[Symbol.asyncDispose]();
      return { session, database, watchedFrom: name, databases, notes, [Symbol.asyncDispose]: close };
    } catch (error) {
      if (!(error instanceof ChangeSafetyError)) throw error;
      failures.push(error);
      if (isUnreachable(error)) throw error;
      // Whoever may not enter the named database should hear why, not that template1 is closed, too.
      if (name === database && !isTimeout(error)) throw error;
    }
  }
  throw asLockedOut(failures, database);
}

/** A pooler may lead each name to another server, and under another name. */
function isElsewhere(databases: DatabaseNames, database: string): boolean {
  return databases.size > 0 && ![...databases.values()].includes(database);
}

function inDatabase(plan: ConnectionPlan, database: string): ConnectionPlan {
  return {
    ...plan,
    candidates: plan.candidates.map((candidate) => ({ ...candidate, target: { ...candidate.target, database } })),
  };
}

/** Neither the server nor time said no: the next database is on the same unreachable host. */
function isUnreachable(error: ChangeSafetyError): boolean {
  return error.sqlState === null && !isTimeout(error);
}

function isTimeout(error: ChangeSafetyError): boolean {
  return error.cause instanceof Error && error.cause.message === 'timeout expired';
}

function notesOf(failures: readonly ChangeSafetyError[], database: string, watchedFrom: string): readonly string[] {
  if (!failures.some(isTimeout)) return [];
  return [
    `No session could be opened in the database ${database}: somebody has probably locked one of its system catalogs. This is seen from ${watchedFrom}, which shows the same server. The attempt waits in the queue until that lock is gone.`,
  ];
}

function asLockedOut(failures: readonly ChangeSafetyError[], database: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'connection-failed',
    message: `The server takes connections, but no session comes up, in ${database} or anywhere else:\n${failures.map(({ message }) => message).join('\n')}`,
    remedy:
      'Either the server is overloaded, or somebody has locked a catalog that all databases share (pg_database, pg_authid): then only sessions that are open already can look and cancel. As a last resort end that process on the server itself, by its pid.',
    effect: 'none',
    cause: failures[0]?.cause,
  });
}
