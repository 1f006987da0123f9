import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { splitScript } from '../../sql/split-script.js';
import {
  defineFormat,
  type DeclaredTransaction,
  type FormatOptions,
  type ProjectFiles,
  type RawMigration,
  type RawProject,
  type RawScript,
} from '../format.js';
import { isLiquibaseSql, type LiquibaseChangeset, parseLiquibaseFile } from './liquibase-changeset.js';
import { liquibaseTable } from '../state-tables/liquibase.js';

const exec =
  'Rehearse with --exec and Liquibase\'s own command (lockkeeper rehearse --exec "liquibase update …") to run them.';

/**
 * Liquibase's formatted SQL: each changeset is a migration, files in the order of their paths as `includeAll` takes
 * them. Changelogs in XML, YAML or JSON are not read.
 */
export const liquibase = defineFormat({
  id: 'liquibase',
  title: 'Liquibase formatted SQL',
  matches: (files) => {
    const sql = files.paths.find((path) => path.endsWith('.sql') && isLiquibaseSql(files.text(path)));
    return sql === undefined ? null : `${sql} begins with --liquibase formatted sql`;
  },
  read: readLiquibase,
  stateTable: liquibaseTable,
});

interface PlacedChangeset {
  readonly path: string;
  readonly changeset: LiquibaseChangeset;
}

function readLiquibase(files: ProjectFiles, options: FormatOptions): RawProject {
  const sql = files.paths.filter((path) => path.endsWith('.sql'));
  const parsed = sql
    .filter((path) => isLiquibaseSql(files.text(path)))
    .map((path) => ({ path, file: parseLiquibaseFile(files.text(path), path) }));
  const parameters = { ...Object.assign({}, ...parsed.map(({ file }) => file.properties)), ...options.placeholders };
  const placed = parsed.flatMap(({ path, file }) => file.changesets.map((changeset) => ({ path, changeset })));
  refuseRepeated(placed);
  const wanted = placed.filter(({ changeset }) => reasonToSkip(changeset) === null);
  const migrations = wanted.map((entry) => buildMigration(entry, placed, parameters));
  const notes = [...noteOtherFiles(files, sql), ...placed.flatMap(noteChangeset), ...noteContexts(wanted)];
  return { migrations, transactionScope: 'migration', notes };
}

function buildMigration(
  { path, changeset }: PlacedChangeset,
  all: readonly PlacedChangeset[],
  parameters: Readonly<Record<string, string>>,
): RawMigration {
  const { attributes, rollback, sql } = changeset;
  const script = (part: { readonly text: string; readonly firstLine: number }, prefix: string): RawScript => ({
    path,
    text: expandParameters(part.text, parameters),
    firstLine: part.firstLine,
    transaction: chooseTransaction(changeset),
    ...chooseDelimiter(attributes, prefix),
  });
  return {
    id: identify({ path, changeset }, all),
    name: changeset.comment ?? changeset.id,
    up: script(sql, ''),
    down: rollback === null || pointsToChangeset(changeset) ? null : script(rollback, 'rollback'),
    ...((isTrue(attributes, 'runonchange') || isTrue(attributes, 'runalways')) && { repeatable: true }),
  };
}

function chooseTransaction({ attributes }: LiquibaseChangeset): DeclaredTransaction {
  return attributes.get('runintransaction')?.toLowerCase() === 'false'
    ? { mode: 'none', reason: 'the changeset says runInTransaction:false: each statement commits by itself' }
    : { mode: 'single', reason: 'Liquibase runs each changeset in a transaction of its own' };
}

/** The attributes `splitStatements` and `endDelimiter`, or `rollbackSplitStatements` and `rollbackEndDelimiter`. */
function chooseDelimiter(attributes: ReadonlyMap<string, string>, prefix: string): Pick<RawScript, 'delimiter'> {
  if (attributes.get(`${prefix}splitstatements`)?.toLowerCase() === 'false') return { delimiter: null };
  const delimiter = attributes.get(`${prefix}enddelimiter`);
  if (delimiter === undefined || delimiter === '') return {};
  return { delimiter: delimiter.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t') };
}

/** Liquibase leaves a name that it does not know as it stands. */
function expandParameters(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\s*([^}\s]+)\s*\}/g, (whole, name: string) => parameters[name] ?? whole);
}

/** Author and id, with the file where two files use the same pair: the three together are Liquibase's key. */
function identify({ path, changeset }: PlacedChangeset, all: readonly PlacedChangeset[]): string {
  const key = `${changeset.author}:${changeset.id}`;
  return all.filter((other) => `${other.changeset.author}:${other.changeset.id}` === key).length > 1
    ? `${key} (${path})`
    : key;
}

function refuseRepeated(placed: readonly PlacedChangeset[]): void {
  const seen = new Set<string>();
  for (const { path, changeset } of placed) {
    const key = `${path}\n${changeset.author}:${changeset.id}`;
    if (seen.has(key)) {
      throw new ChangeSafetyError({
        code: 'project-invalid',
        message: `${path}:${changeset.line}: the changeset ${changeset.author}:${changeset.id} stands twice in this file; Liquibase refuses that.`,
        remedy: 'Give one of the two another id.',
        effect: 'none',
      });
    }
    seen.add(key);
  }
}

function reasonToSkip({ attributes }: LiquibaseChangeset): string | null {
  if (isTrue(attributes, 'ignore')) return 'it says ignore:true';
  const dbms = attributes.get('dbms');
  return dbms === undefined || meansPostgres(dbms) ? null : `it is for dbms:${dbms}`;
}

function meansPostgres(dbms: string): boolean {
  const names = dbms
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  if (names.includes('none') || names.includes('!postgresql')) return false;
  return names.includes('all') || names.includes('postgresql') || names.every((name) => name.startsWith('!'));
}

function pointsToChangeset({ rollback }: LiquibaseChangeset): boolean {
  return rollback !== null && /changesetid/i.test(rollback.text);
}

function isTrue(attributes: ReadonlyMap<string, string>, name: string): boolean {
  return attributes.get(name)?.toLowerCase() === 'true';
}

function noteChangeset({ path, changeset }: PlacedChangeset): readonly string[] {
  const what = `${changeset.author}:${changeset.id} (${path}:${changeset.line})`;
  const skip = reasonToSkip(changeset);
  if (skip !== null) return [`The changeset ${what} is left out: ${skip}.`];
  return [
    ...(changeset.hasPreconditions
      ? [`The preconditions of ${what} are not evaluated; the changeset is run as if they held.`]
      : []),
    ...(pointsToChangeset(changeset) ? [`The rollback of ${what} points to another changeset; it is not read.`] : []),
    ...(splitsInsideDollarQuotes({ path, changeset })
      ? [
          `${what} has semicolons inside dollar quotes; Liquibase may cut the statement there and fail, which this reading does not. Add splitStatements:false or an endDelimiter.`,
        ]
      : []),
    ...(changeset.attributes.has('runwith')
      ? [`The changeset ${what} asks for another program (runWith); its SQL is sent over the connection instead.`]
      : []),
  ];
}

/** Liquibase guesses where a function's body ends and is often wrong; PostgreSQL's own rule never cuts inside it. */
function splitsInsideDollarQuotes({ path, changeset }: PlacedChangeset): boolean {
  if (chooseDelimiter(changeset.attributes, '').delimiter !== undefined) return false;
  const statements = splitScript(changeset.sql.text, { path, firstLine: changeset.sql.firstLine });
  return statements.some(({ sql }) => /(\$\w*\$)[\s\S]*;[\s\S]*\1/.test(sql));
}

function noteContexts(wanted: readonly PlacedChangeset[]): readonly string[] {
  const marks = ['context', 'contextfilter', 'labels'];
  const marked = wanted.filter(({ changeset }) => marks.some((mark) => changeset.attributes.has(mark)));
  return marked.length === 0
    ? []
    : [
        `${marked.length === 1 ? '1 changeset has' : `${marked.length} changesets have`} contexts or labels; all are run, as Liquibase does when it is given none.`,
      ];
}

function noteOtherFiles(files: ProjectFiles, sql: readonly string[]): readonly string[] {
  const plain = sql.filter((path) => !isLiquibaseSql(files.text(path)));
  const changelogs = files.paths.filter(
    (path) =>
      /(?:changelog|master)[^/]*\.(?:xml|ya?ml|json)$/i.test(path) && /databaseChangeLog/.test(files.text(path)),
  );
  return [
    ...plain.map((path) => `${path} is left out: it does not begin with --liquibase formatted sql.`),
    ...(changelogs.length === 0
      ? []
      : [
          `Only formatted SQL is read, in the order of paths: ${changelogs.join(', ')} and changes written there are left out. ${exec}`,
        ]),
  ];
}
