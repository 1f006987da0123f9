import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { connectToAny } from '../postgres/connect-to-any.js';
import { connectionSources } from '../postgres/connection/connection-sources.js';
import { parseConnectionString } from '../postgres/connection-string.js';
import type { ConnectionTarget } from '../postgres/connection-target.js';
import { connect, type Session } from '../postgres/session.js';
import type { Environment } from '../runtime/environment.js';
import { assemble } from '../runtime/resource-stack.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import type { Stage } from './stage.js';

const facts = `SELECT pg_catalog.current_setting('server_version') AS version,
    pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
    pg_catalog.current_database() AS database,
    pg_catalog.current_setting('lockkeeper.disposable', true) AS disposable`;

const terminate = 'SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest($1::int[]) AS pid';

/**
 * Opens a database that somebody else made. Only one that calls itself disposable is touched. It is left as the change
 * left it; I/O per statement stays unknown there, and WAL is the whole server's.
 */
export async function openStageUrl(url: string, environment: Environment): Promise<Stage> {
  const plan = parseConnectionString(url, connectionSources(environment));
  return assemble(async (parts) => {
    const watch = parts.use(await connectToAny(plan, { applicationName: 'lockkeeper observer' }));
    // Of several hosts, all sessions go to the one that answered.
    const { target } = watch;
    const row = (await watch.query(facts)).rows[0] ?? {};
    if (row['disposable'] !== 'on') throw notDisposable(String(row['database']), target);
    await watch.query("SET lock_timeout = '50ms'");
    const pids: number[] = [];
    const remember = async (opening: Promise<Session>): Promise<Session> => {
      const session = await opening;
      pids.push(session.pid);
      return session;
    };
    return {
      server: { version: String(row['version']), major: Number(row['major']), source: 'stage-url' },
      target,
      connect: (purpose) => remember(connect(target, { applicationName: `lockkeeper ${purpose}` })),
      connectObserved: (role) => remember(openAs(target, role)),
      connectStandby: null,
      tower: { watch, work: null, history: null },
      maintenance: null,
      interrupt: async () => {
        await watch.query(terminate, [pids]);
      },
      [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
    };
  });
}

async function openAs(target: ConnectionTarget, role: string | null): Promise<Session> {
  const session = await connect(target, { applicationName: 'lockkeeper change' });
  if (role !== null) await session.query(`SET SESSION AUTHORIZATION ${quoteIdentifier(role)}`);
  return session;
}

function notDisposable(database: string, target: ConnectionTarget): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'stage-refused',
    message: `Database ${database} at ${target.host}:${target.port} does not call itself disposable, so nothing was run on it.`,
    remedy: `If everything in it may be lost: ALTER DATABASE ${quoteIdentifier(database)} SET lockkeeper.disposable = 'on'`,
    effect: 'none',
  });
}
