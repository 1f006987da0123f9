import { readOnly } from '../../foundation/postgres/read-only.js';
import { requireKnownMajor } from '../../foundation/postgres/require-major.js';
import type { Row, Session } from '../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Compatibility } from '../../model/evidence-bundle.js';
import { readDrivers } from './drivers/read-drivers.js';

const limits = { what: 'extensions and clients', statementTimeoutMs: 5_000, lockTimeoutMs: 1_000 };

const extensionsSql = 'SELECT extname AS name, extversion AS version FROM pg_catalog.pg_extension ORDER BY extname';

/** Opens no relation of the team's, and names nobody's query. */
const clientsSql = `SELECT a.application_name AS application, r.rolname AS "user", pg_catalog.count(*) AS sessions
  FROM pg_catalog.pg_stat_get_activity(NULL) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
  WHERE a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
    AND a.datid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    AND a.application_name NOT LIKE 'lockkeeper%'
  GROUP BY 1, 2 ORDER BY 1, 2`;

/** What has to fit together, as it is now. What cannot be read is null: it keeps no change from going on. */
export async function readCompatibility(session: Session, projectDir: string): Promise<Compatibility> {
  const server = await orNull(() => requireKnownMajor(session));
  const rows = (sql: string) => orNull(() => readOnly(session, limits, async () => (await session.query(sql)).rows));
  const [extensions, clients] = [await rows(extensionsSql), await rows(clientsSql)];
  return {
    server: server === null ? null : { version: server.version, major: server.major },
    extensions: extensions?.map((row) => ({ name: text(row, 'name'), version: text(row, 'version') })) ?? null,
    clients:
      clients?.map((row) => ({
        application: text(row, 'application'),
        user: row['user'] === null ? null : text(row, 'user'),
        sessions: Number(row['sessions']),
      })) ?? null,
    drivers: await readDrivers(projectDir),
  };
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}

async function orNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ChangeSafetyError) return null;
    throw cause;
  }
}
