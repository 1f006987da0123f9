import type { Migration } from '../../../model/migration.js';
import { isLiquibaseSql, parseLiquibaseFile } from '../formats/liquibase-changeset.js';
import {
  parseTableName,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
} from '../state-table.js';

const settings = 'liquibase.properties';
const tableKey = 'databaseChangelogTableName';

/**
 * Liquibase: a row for each changeset, known by author, id and the path of its file. Its checksum is of the change as
 * Liquibase understands it, not of the text, so whether a text was edited cannot be told here.
 */
export const liquibaseTable: StateTable = {
  locate: ({ file, variables }) => {
    const ofFile = (key: string) => settingIn(file(settings), key) ?? settingIn(file(settings), `liquibase.${key}`);
    const schema = variables['LIQUIBASE_LIQUIBASE_SCHEMA_NAME'] || ofFile('liquibaseSchemaName');
    const name = variables['LIQUIBASE_DATABASE_CHANGELOG_TABLE_NAME'] || ofFile(tableKey) || 'databasechangelog';
    // Liquibase does not quote the names, so the server folds them.
    return parseTableName(name.toLowerCase(), schema?.toLowerCase() ?? null);
  },
  columns: ['id', 'author', 'filename', 'orderexecuted', 'exectype', 'md5sum'],
  orderBy: ['orderexecuted'],
  gaps: () => 'applies',
  read: (rows, subject) => {
    const keys = subject.migrations.map((migration) => ({
      migration,
      key: keyOf(migration),
      path: pathOf(migration, subject),
    }));
    return rows.map((row) => {
      const author = `${row['author']}:${row['id']}`;
      const same = keys.find(({ key, path }) => key === author && isSamePath(path, row['filename'] ?? ''));
      return readRow(row, same?.migration, `${author} (${row['filename']})`);
    });
  },
};

function readRow(row: StateRow, migration: Migration | undefined, label: string): StateEntry {
  if (migration === undefined) return { id: label, known: false, state: 'applied', edited: false };
  const state = row['exectype'] === 'FAILED' ? 'failed' : migration.repeatable ? 'again' : 'applied';
  return { id: migration.id, known: true, state, edited: false };
}

/** Author and id; the file that our own id may name beside them is compared by itself. */
function keyOf({ id, path }: Migration): string {
  const suffix = ` (${path})`;
  return id.endsWith(suffix) ? id.slice(0, -suffix.length) : id;
}

/** The path under which Liquibase knows the changeset: its logicalFilePath, or its file's, or where the file is. */
function pathOf(migration: Migration, { files }: StateSubject): string {
  const text = files.text(migration.path);
  if (!isLiquibaseSql(text)) return migration.path;
  const changeset = parseLiquibaseFile(text, migration.path).changesets.find(
    ({ author, id }) => `${author}:${id}` === keyOf(migration),
  );
  const ofFile = /^\s*--\s*liquibase\s+formatted\s+sql\b.*\blogicalFilePath:(\S+)/im.exec(text)?.[1];
  return changeset?.attributes.get('logicalfilepath') ?? ofFile ?? migration.path;
}

/** Rows have the path from where Liquibase was started or from its class path, which may begin above our folder. */
function isSamePath(ours: string, theirs: string): boolean {
  const [one, other] = [ours, theirs].map((path) => path.replace(/^(?:classpath:)?(?:\.?\/)*/, '')) as [string, string];
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}
