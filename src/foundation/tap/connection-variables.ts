import type { ConnectionTarget } from '../postgres/connection-target.js';
import type { Tap } from './tap.js';

/** How a command that reads DATABASE_URL, or libpq's PG* variables, finds its way through a tap. */
export function connectionVariables(tap: Tap, { database, user }: ConnectionTarget): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: tap.connectionString(database),
    PGHOST: tap.host,
    PGPORT: String(tap.port),
    PGUSER: user,
    PGPASSWORD: tap.password,
    PGDATABASE: database,
    PGSSLMODE: 'disable',
  };
}
