import { formats } from '../project/formats/index.js';
import type { Session } from '../postgres/session.js';
import { qualifiedName } from '../sql/quote-identifier.js';

interface ToolTable {
  readonly name: string;
  /** Columns without which a table of that name is somebody else's. */
  readonly columns: readonly string[];
}

/** Of tools whose migrations are not read, and second tables of those that are. */
const others: readonly ToolTable[] = [
  { name: 'alembic_version', columns: ['version_num'] },
  { name: 'ar_internal_metadata', columns: ['key', 'value'] },
  { name: 'databasechangeloglock', columns: ['id', 'locked', 'lockgranted'] },
  { name: 'django_migrations', columns: ['app', 'name', 'applied'] },
  { name: 'knex_migrations', columns: ['name', 'batch', 'migration_time'] },
  { name: 'knex_migrations_lock', columns: ['is_locked'] },
  { name: 'SequelizeMeta', columns: ['name'] },
  { name: '__EFMigrationsHistory', columns: ['MigrationId', 'ProductVersion'] },
];

const tablesOfNames = `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
    ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p') ORDER BY 1, 2`;

/**
 * `schema.name` of the tables in which migration tools write down what they did, whichever tool a database has: known by
 * their names, as the tools or their variables give them, and by their columns.
 */
export async function findToolTables(
  session: Session,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const known = [...ofFormats(variables), ...others];
  const { rows } = await session.query(tablesOfNames, [known.map(({ name }) => name)]);
  const found = rows as unknown as readonly (ToolTable & { readonly schema: string })[];
  return found
    .filter(({ name, columns }) =>
      known.some((one) => one.name === name && one.columns.every((column) => columns.includes(column))),
    )
    .map(({ schema, name }) => qualifiedName(schema, name));
}

function ofFormats(variables: Readonly<Record<string, string | undefined>>): readonly ToolTable[] {
  return formats.flatMap((format) => {
    const stateTable = 'stateTable' in format ? format.stateTable : undefined;
    if (stateTable === undefined) return [];
    const { name } = stateTable.locate({ file: () => null, variables, placeholders: {} });
    return [{ name, columns: stateTable.columns }];
  });
}
