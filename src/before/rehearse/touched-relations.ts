import { parseStatement } from '../../foundation/sql/parse.js';
import { referencedRelations } from '../../foundation/sql/referenced-relations.js';
import { qualifiedName, quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Migration } from '../../model/migration.js';

const existing = `SELECT DISTINCT n.nspname AS schema, c.relname AS name
  FROM pg_catalog.unnest($1::text[]) AS wanted(name)
  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(wanted.name)
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND c.oid >= 16384`;

/** The tables and their like that a migration names and that exist before it runs; traffic says which it cannot use. */
export async function touchedRelations(
  session: Session,
  migration: Migration,
): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  const names = migration.statements.flatMap(({ sql }) => {
    const parsed = parseStatement(sql);
    if (!parsed.ok) return [];
    return referencedRelations(parsed.tree).map(({ schema, name }) =>
      schema === null ? quoteIdentifier(name) : qualifiedName(schema, name),
    );
  });
  if (names.length === 0) return [];
  const { rows } = await session.query(existing, [[...new Set(names)]]);
  return rows.map((row) => ({ schema: String(row['schema']), name: String(row['name']) }));
}
