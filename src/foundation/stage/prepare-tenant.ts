import type { TenantPlace } from '../../model/target-settings.js';
import { searchPathSql } from '../postgres/tenant-session.js';
import type { Session } from '../postgres/session.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';

const ownDatabase = 'SELECT pg_catalog.quote_ident(pg_catalog.current_database()) AS name';

/** From now on new sessions on a stage look for names where those of the tenant do; RESET comes back to it. */
export async function lookWhereTenantLooks(session: Session, { searchPath }: TenantPlace): Promise<void> {
  const [row] = (await session.query(ownDatabase)).rows;
  await session.query(`ALTER DATABASE ${String(row?.['name'])} SET search_path = ${searchPathSql(searchPath)}`);
}

/** The tenant's schema, where what the stage starts from did not bring it. */
export async function makeTenantSchema(session: Session, { schema }: TenantPlace): Promise<void> {
  await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
}
