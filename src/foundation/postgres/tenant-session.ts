import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { TenantPlace } from '../../model/target-settings.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import type { Row, Session } from './session.js';

/** The value of `search_path`. */
export function searchPathSql(searchPath: readonly string[]): string {
  return searchPath.map(quoteIdentifier).join(', ');
}

/** Name of the tenant's schema that a session works in; null where it works on the whole database. */
export function tenantOf({ target }: Pick<Session, 'target'>): string | null {
  return target.tenant?.schema ?? null;
}

const standing = `SELECT pg_catalog.current_setting('search_path') AS path, pg_catalog.current_schema() AS schema,
    EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS exists, pg_catalog.current_database() AS database`;

/**
 * A session of a tenant looks into the tenant's schema first, or it is not used: the server passes over a schema that is
 * missing or closed to the user without a word, and what a migration makes would land in the next one.
 * @throws ChangeSafetyError `connection-failed`.
 */
export async function requireTenant(session: Session, place: TenantPlace): Promise<void> {
  const { schema, searchPath } = place;
  const [row] = (await session.query(standing, [schema])).rows;
  if (row?.['path'] === searchPathSql(searchPath) && row['schema'] === schema) return;
  throw refusal(place, row ?? {}, session.target.user);
}

function refusal({ schema, searchPath }: TenantPlace, row: Row, user: string): ChangeSafetyError {
  const name = quoteIdentifier(schema);
  if (row['exists'] !== true) {
    return failed(
      `The database ${String(row['database'])} has no schema ${name}, where the tenant would live.`,
      `Make it: CREATE SCHEMA ${name}; or correct the names of the tenants.`,
    );
  }
  if (row['path'] === searchPathSql(searchPath)) {
    return failed(
      `${user} may not look into the schema ${name}, where the tenant lives.`,
      `GRANT USAGE ON SCHEMA ${name} TO ${quoteIdentifier(user)}.`,
    );
  }
  return failed(
    `The search_path that puts the schema ${name} first did not reach the server: it is ${String(row['path'])}.`,
    'A connection pooler is between: set directUrl of the target, the address of the server itself.',
  );
}

function failed(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'connection-failed', message, remedy, effect: 'none' });
}
