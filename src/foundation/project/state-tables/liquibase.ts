import type { Migration } from '../../../model/migration.js';
import { isLiquibaseSql, type LiquibaseChangeset, parseLiquibaseFile } from '../formats/liquibase-changeset.js';
import {
  insertRow,
  deleteRows,
  command,
  nameOf,
  type SqlExpression,
  type StateWriting,
  type WritingContext,
} from '../state-writing.js';
import { liquibaseLock, liquibaseLockTable } from './liquibase-lock.js';
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

/** The placeholder that says where the project's folder is, as Liquibase sees it. */
const pathKey = 'changelogPath';

const writing: StateWriting = {
  createTable: ({ table }) => [
    command(`CREATE TABLE ${nameOf(table)} (
  id varchar(255) NOT NULL,
  author varchar(255) NOT NULL,
  filename varchar(255) NOT NULL,
  dateexecuted timestamp NOT NULL,
  orderexecuted integer NOT NULL,
  exectype varchar(10) NOT NULL,
  md5sum varchar(35),
  description varchar(255),
  comments varchar(255),
  tag varchar(255),
  liquibase varchar(20),
  contexts varchar(255),
  labels varchar(255),
  deployment_id varchar(10)
)`),
  ],
  recordApplied: ({ migration }, context) => {
    const key = keyInTable(migration, context);
    const isRerun = context.rows.some((row) => Object.entries(key).every(([column, value]) => row[column] === value));
    const changeset = changesetOf(migration, context.subject);
    const row = insertRow(context.table, {
      ...key,
      dateexecuted: { expression: 'pg_catalog.now()' },
      orderexecuted: nextOrder(context),
      // Its form changes with Liquibase's version. Where there is none, the next update writes its own.
      md5sum: null,
      description: 'sql',
      comments: (changeset?.comment ?? '').slice(0, 250),
      exectype: isRerun ? 'RERAN' : 'EXECUTED',
      contexts: attributeOf(changeset, ['contextfilter', 'context']),
      labels: attributeOf(changeset, ['labels']),
      liquibase: 'lockkeeper',
      deployment_id: String(context.beganMs).slice(-10),
    });
    return isRerun ? [deleteRows(context.table, key), row] : [row];
  },
  recordReverted: (migration, context) => [deleteRows(context.table, keyInTable(migration, context))],
  refuse: (migration, context) =>
    filenameOf(migration, context) === null
      ? `nothing says under which path Liquibase knows ${migration.path}: name what stands before it in project.placeholders.${pathKey} (empty for nothing), or write a logicalFilePath`
      : null,
  lockTable: liquibaseLockTable,
  lock: liquibaseLock,
};

/** What makes a changeset the same, with the path that Liquibase would write. */
function keyInTable(migration: Migration, context: WritingContext) {
  const [, author = '', id = ''] = /^([^:]*):(.*)$/s.exec(keyOf(migration)) ?? [];
  return { id, author, filename: filenameOf(migration, context) ?? migration.path };
}

/** The path that the rows have for the file, or would have by what stands before other files; null when nothing tells. */
function filenameOf(migration: Migration, { rows, subject }: WritingContext): string | null {
  const path = pathOf(migration, subject);
  if (path !== migration.path) return path;
  const known = rows.map((row) => row['filename'] ?? '');
  const own = known.find((filename) => isSamePath(path, filename));
  const told = subject.options.placeholders[pathKey];
  const [prefix] = known.flatMap((filename) => {
    const ours = subject.migrations.find((other) => filename.endsWith(`/${other.path}`) || filename === other.path);
    return ours === undefined ? [] : [filename.slice(0, filename.length - ours.path.length)];
  });
  if (own !== undefined) return own;
  if (told !== undefined) return told === '' ? path : `${told.replace(/\/$/, '')}/${path}`;
  return prefix === undefined ? null : `${prefix}${path}`;
}

function nextOrder({ table }: WritingContext): SqlExpression {
  return { expression: `(SELECT coalesce(pg_catalog.max(orderexecuted), 0) + 1 FROM ${nameOf(table)})` };
}

function attributeOf(changeset: LiquibaseChangeset | null, names: readonly string[]): string | null {
  return names.map((name) => changeset?.attributes.get(name)).find((value) => value !== undefined) ?? null;
}

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
  writing,
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

function changesetOf(migration: Migration, { files }: StateSubject): LiquibaseChangeset | null {
  const text = files.text(migration.path);
  if (!isLiquibaseSql(text)) return null;
  const { changesets } = parseLiquibaseFile(text, migration.path);
  return changesets.find(({ author, id }) => `${author}:${id}` === keyOf(migration)) ?? null;
}

/** The path under which Liquibase knows the changeset: its logicalFilePath, or its file's, or where the file is. */
function pathOf(migration: Migration, subject: StateSubject): string {
  const changeset = changesetOf(migration, subject);
  const text = subject.files.text(migration.path);
  const ofFile = /^\s*--\s*liquibase\s+formatted\s+sql\b.*\blogicalFilePath:(\S+)/im.exec(text)?.[1];
  return changeset?.attributes.get('logicalfilepath') ?? ofFile ?? migration.path;
}

/** Rows have the path from where Liquibase was started or from its class path, which may begin above our folder. */
function isSamePath(ours: string, theirs: string): boolean {
  const [one, other] = [ours, theirs].map((path) => path.replace(/^(?:classpath:)?(?:\.?\/)*/, '')) as [string, string];
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}
