import { openActivitySession, type ActivitySessionOpened } from '../../foundation/activity/open-activity-session.js';
import { type LockWaits, readLockWaits } from '../../foundation/activity/read-lock-waits.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { connectionSources } from '../../foundation/postgres/connection/connection-sources.js';
import { parseConnectionString, withoutTenant } from '../../foundation/postgres/connection-string.js';
import { redactSecrets } from '../../foundation/records/redact-secrets.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { readEnvironment } from '../../foundation/runtime/environment.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { LocksReport, SignalOutcome } from '../../model/locks-report.js';
import { chooseDatabase, type DatabaseChoice } from '../named-database.js';
import { type ConfiguredRequest, loadConfigOf } from '../project-request.js';
import { type NameReader, openNameReader } from './name-reader.js';
import { readServerFacts, type ServerFacts } from './read-server-facts.js';
import { reportLocks } from './report-locks.js';
import { type SignalRequest, signalFromWatch } from './signal-from-watch.js';

export interface LocksRequest extends ConfiguredRequest {
  readonly clock: Clock;
  readonly database: DatabaseChoice;
  /** Leave out what people have written in queries: it may hold data. */
  readonly hideQueryText?: boolean;
}

/** An open view of a server. Close it, it holds up to two sessions. */
export interface LocksWatch extends AsyncDisposable {
  look(): Promise<LocksReport>;
  /** Shows a backend, asks, ends it or its query, and looks again. */
  signal(request: SignalRequest): Promise<LocksReport>;
  /** The server has ended our session: a new watch has to be opened. */
  readonly closed: boolean;
}

/** What the parts of a watch share. */
export interface WatchContext {
  readonly opened: ActivitySessionOpened;
  readonly names: NameReader;
  readonly facts: ServerFacts;
  readonly clock: Clock;
  readonly hideQueryText: boolean;
  read(): Promise<LockWaits>;
}

/** pg_blocking_pids holds up the lock table: it is asked no more often. */
const exactEveryMs = 1_000;

/**
 * Opens a view of all that wait for locks on a server.
 * @throws ChangeSafetyError `usage` without a database, `connection-failed` when nobody lets us in.
 */
export async function openLocksWatch(request: LocksRequest): Promise<LocksWatch> {
  const loaded = await loadConfigOf(request);
  const plan = withoutTenant(parseConnectionString(urlOf(loaded, request.database), sourcesOf(request)));
  const opened = await openActivitySession(plan, { applicationName: 'lockkeeper locks' });
  const names = openNameReader(plan, opened);
  const close = async (): Promise<void> => {
    await names[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  };
  try {
    const facts = await readServerFacts(opened.session);
    const context = { opened, names, facts, clock: request.clock, hideQueryText: request.hideQueryText ?? false };
    return watchOf({ ...context, read: readerOf(opened, request.clock) }, loaded, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function watchOf(context: WatchContext, loaded: LoadedConfig, close: () => Promise<void>): LocksWatch {
  const told = async (outcome: SignalOutcome | null): Promise<LocksReport> =>
    redactSecrets(await reportLocks(context, await context.read(), outcome), loaded.secrets);
  return {
    look: () => told(null),
    signal: async (request) => told(await signalFromWatch(context, request)),
    get closed() {
      return context.opened.session.closed;
    },
    [Symbol.asyncDispose]: close,
  };
}

function readerOf({ session, databases }: ActivitySessionOpened, clock: Clock): () => Promise<LockWaits> {
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const exact = clock.now() - askedAt >= exactEveryMs;
    if (exact) askedAt = clock.now();
    return await readLockWaits(session, { databases, exact });
  };
}

function sourcesOf({ env }: LocksRequest) {
  return connectionSources(readEnvironment(env));
}

function urlOf(loaded: LoadedConfig, choice: DatabaseChoice): string {
  const chosen = chooseDatabase(loaded, choice);
  if (chosen !== null) return chosen.url;
  const names = Object.keys(loaded.config.targets);
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'No database is named.',
    remedy: `Name one: --database URL${names.length === 0 ? '' : `, or --target ${names.join(' | ')}`}.`,
    effect: 'none',
  });
}
