import { settingIn, type ToolSettings } from '../state-table.js';
import { command, type LockContext, nameOf, type QualifiedTable, type ToolLock } from '../state-writing.js';

const file = 'liquibase.properties';
const key = 'databaseChangelogLockTableName';

/** Beside the table of the rows, under its usual name or that of the settings. */
export function liquibaseLockTable(rows: QualifiedTable, settings: ToolSettings): QualifiedTable {
  const text = settings.file(file);
  const name =
    settings.variables['LIQUIBASE_DATABASE_CHANGELOG_LOCK_TABLE_NAME'] ||
    settingIn(text, key) ||
    settingIn(text, `liquibase.${key}`) ||
    'databasechangeloglock';
  // Liquibase does not quote the name, so the server folds it.
  return { schema: rows.schema, name: name.toLowerCase() };
}

/** One row that says who works. Liquibase polls it, and whoever dies leaves it behind. */
export function liquibaseLock({ table, settings, holder, lockTableExists }: LockContext): ToolLock {
  const name = nameOf(liquibaseLockTable(table, settings));
  const prepare = [
    command(`CREATE TABLE IF NOT EXISTS ${name} (
  id integer NOT NULL,
  locked boolean NOT NULL,
  lockgranted timestamp,
  lockedby varchar(255),
  PRIMARY KEY (id)
)`),
    command(`INSERT INTO ${name} (id, locked) VALUES (1, FALSE) ON CONFLICT DO NOTHING`),
  ];
  // An update alone would wait for another one that is not yet committed.
  const free = `(SELECT id FROM ${name} WHERE id = 1 AND NOT locked FOR UPDATE SKIP LOCKED)`;
  const by = holder.slice(0, 255);
  return {
    title: `the row in ${name}`,
    kind: 'row',
    prepare: lockTableExists ? [] : prepare,
    parts: [
      {
        take: command(
          `UPDATE ${name} SET locked = TRUE, lockedby = $1, lockgranted = pg_catalog.now() WHERE id = ${free} RETURNING TRUE AS taken`,
          [by],
        ),
        release: command(
          `UPDATE ${name} SET locked = FALSE, lockedby = NULL, lockgranted = NULL WHERE id = 1 AND lockedby = $1 RETURNING TRUE AS released`,
          [by],
        ),
      },
    ],
    waitersBlock: false,
  };
}
