import pg from 'pg';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ConnectionTarget } from './connection-target.js';

/** Reads a connection URL as the driver does: PG* variables and .pgpass fill what it leaves out. */
export function parseConnectionString(url: string): ConnectionTarget {
  try {
    const { host, port, database, user, password } = new pg.Client({ connectionString: url });
    return { host, port, database: database ?? '', user: user ?? '', ...(password == null ? {} : { password }) };
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'usage',
      message: 'The connection string could not be read.',
      remedy: 'Write it as postgresql://user@host:5432/database; special characters in a password are percent-encoded.',
      effect: 'none',
      // The driver's message may quote the string, and with it the password.
      cause: cause instanceof Error ? cause.name : undefined,
    });
  }
}
