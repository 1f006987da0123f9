import type { Session } from '../postgres/session.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';

const ownedBySuperuser = `SELECT c.oid::regclass::text AS name, c.relkind::text AS kind
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relowner = 10 AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT LIKE 'pg\\_%' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const kindInSql: Readonly<Record<string, string>> = {
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  f: 'FOREIGN TABLE',
};

/**
 * Gives a role what the one that runs migrations usually has: it may create schemas, and in the schemas that exist, and
 * owns the tables and views that nobody else was given. It may log in. It stays without any other right.
 */
export async function prepareRole(session: Session, role: string): Promise<void> {
  const name = quoteIdentifier(role);
  await session.query(`ALTER ROLE ${name} LOGIN`);
  const { rows: schemas } = await session.query(
    `SELECT pg_catalog.quote_ident(n.nspname) AS name, pg_catalog.quote_ident(pg_catalog.current_database()) AS database
     FROM pg_catalog.pg_namespace n WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
  );
  for (const schema of schemas) {
    await session.query(`GRANT CREATE, USAGE ON SCHEMA ${String(schema['name'])} TO ${name}`);
    await session.query(`GRANT CREATE ON DATABASE ${String(schema['database'])} TO ${name}`);
  }
  const { rows: relations } = await session.query(ownedBySuperuser);
  for (const relation of relations) {
    const kind = kindInSql[String(relation['kind'])] ?? 'TABLE';
    await session.query(`ALTER ${kind} ${String(relation['name'])} OWNER TO ${name}`);
  }
}
