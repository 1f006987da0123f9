import type { Session } from '../../foundation/postgres/session.js';

export interface ServerFacts {
  readonly version: string;
  readonly major: number;
  readonly inRecovery: boolean;
  readonly deadlockTimeoutMs: number;
  /** The role that looks. */
  readonly role: string;
}

/** Functions only: they answer whatever catalog is locked. */
const factsSql = `SELECT pg_catalog.current_setting('server_version') AS version,
    pg_catalog.current_setting('server_version_num')::int4 / 10000 AS major,
    pg_catalog.pg_is_in_recovery() AS standby,
    EXTRACT(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval)::float8 * 1000 AS deadlock_ms`;

export async function readServerFacts(session: Session): Promise<ServerFacts> {
  const row = (await session.query(factsSql)).rows[0] ?? {};
  return {
    version: String(row['version']).split(' ')[0] ?? '',
    major: Number(row['major']),
    inRecovery: row['standby'] === true,
    deadlockTimeoutMs: Number(row['deadlock_ms']),
    role: session.target.user,
  };
}
