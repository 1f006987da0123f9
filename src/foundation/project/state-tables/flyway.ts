import { crc32 } from 'node:zlib';
import type { Migration } from '../../../model/migration.js';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import { parseFlywayName } from '../formats/flyway-names.js';
import { readFlywayScript } from '../formats/flyway-script.js';
import { compareFlywayVersions, type FlywayVersion, parseFlywayVersion } from '../formats/flyway-version.js';
import {
  advisoryLock,
  command,
  createSchema,
  insertRow,
  nameOf,
  type QualifiedTable,
  type SqlValue,
  type StateWriting,
} from '../state-writing.js';
import {
  appliedEntry,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
  type ToolSettings,
} from '../state-table.js';

/** The bytes of "Flyway"; what the table is called comes on top. */
const lockBase = 0x466c79776179n;

const writing: StateWriting = {
  createTable: (context) => {
    const { table, schemaExists } = context;
    const { schema, name } = table;
    const marker = {
      version: null,
      description: '<< Flyway Schema Creation >>',
      type: 'SCHEMA',
      script: `"${schema}"`,
    };
    return [
      ...createSchema(context),
      command(`CREATE TABLE ${nameOf(table)} (
  installed_rank integer NOT NULL,
  version varchar(50),
  description varchar(200) NOT NULL,
  type varchar(20) NOT NULL,
  script varchar(1000) NOT NULL,
  checksum integer,
  installed_by varchar(100) NOT NULL,
  installed_on timestamp NOT NULL DEFAULT pg_catalog.now(),
  execution_time integer NOT NULL,
  success boolean NOT NULL
)`),
      command(
        `ALTER TABLE ${nameOf(table)} ADD CONSTRAINT ${quoteIdentifier(`${name}_pk`)} PRIMARY KEY (installed_rank)`,
      ),
      command(`CREATE INDEX ${quoteIdentifier(`${name}_s_idx`)} ON ${nameOf(table)} (success)`),
      ...(schemaExists ? [] : [addRow(table, { ...marker, checksum: null, execution_time: 0 }, '0')]),
    ];
  },
  recordApplied: ({ migration, durationMs }, { table, subject }) => [
    addRow(table, { ...rowOf(migration, subject), type: 'SQL', execution_time: Math.round(durationMs) }),
  ],
  // As its repair does for what is no more: every edition takes such a version for pending, an undo only some.
  recordReverted: (migration, { table, subject }) => [
    addRow(table, { ...rowOf(migration, subject), type: 'DELETE', execution_time: 0 }),
  ],
  refuse: ({ path }) =>
    parseFlywayName(path)?.kind === 'baseline'
      ? `${path} is a baseline file, whose row Flyway writes in a form of its own: let Flyway run it, or take its versions one by one`
      : null,
  lock: ({ table: { schema, name } }) => {
    const quoted = [schema, name].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
    return advisoryLock([lockBase + BigInt(hashOfJavaString(quoted))], false);
  },
};

function addRow(table: QualifiedTable, row: Readonly<Record<string, SqlValue>>, rank?: string) {
  const next = `(SELECT coalesce(pg_catalog.max(installed_rank), 0) + 1 FROM ${nameOf(table)})`;
  return insertRow(table, {
    installed_rank: { expression: rank ?? next },
    ...row,
    installed_by: { expression: 'CURRENT_USER' },
    success: true,
  });
}

function rowOf(migration: Migration, subject: StateSubject) {
  const { path, repeatable, id, name } = migration;
  // Repeatable ones are compared with their placeholders filled in.
  const [asWritten, filled] = checksums(migration, subject);
  return { version: repeatable ? null : id, description: name, script: path, checksum: filled ?? asWritten ?? null };
}

function hashOfJavaString(text: string): number {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).reduce(
    (hash, unit) => (Math.imul(hash, 31) + unit) | 0,
    0,
  );
}

/** Flyway: a row for each thing done: applied, failed, undone, deleted; checksums are CRC-32 of the lines. */
export const flywayTable: StateTable = {
  locate: (settings) => ({
    schema: settingOf(settings, 'defaultSchema', 'FLYWAY_DEFAULT_SCHEMA'),
    name: settingOf(settings, 'table', 'FLYWAY_TABLE') ?? 'flyway_schema_history',
  }),
  columns: ['installed_rank', 'version', 'description', 'type', 'checksum', 'success'],
  orderBy: ['installed_rank'],
  gaps: () => 'refuses',
  read: (rows, subject) => {
    const entries = rows.flatMap((row) => readRow(row, subject));
    return [...standIn(rows, subject), ...entries];
  },
  writing,
};

function settingOf({ file, variables, placeholders }: ToolSettings, key: string, variable: string): string | null {
  return (
    placeholders[`flyway:${key}`] ??
    variables[variable] ??
    settingIn(file('flyway.conf'), `flyway.${key}`) ??
    settingIn(file('flyway.toml'), key)
  );
}

function readRow(row: StateRow, subject: StateSubject): readonly StateEntry[] {
  const type = row['type'] ?? '';
  if (type === 'SCHEMA') return [];
  const version = row['version'] == null ? null : parseFlywayVersion(row['version']);
  const covered = type === 'BASELINE' && version !== null ? coveredBy(version, subject) : [];
  const migration = subject.migrations.find((candidate) => isMeant(candidate, row, version));
  if (migration === undefined) {
    const label = row['version'] ?? `R__${(row['description'] ?? '').replaceAll(' ', '_')}`;
    const isGone = type === 'DELETE' || type.startsWith('UNDO');
    const isCovered = type === 'BASELINE' || (version !== null && isBeforeBaselineFile(version, subject));
    return isCovered ? covered : [{ id: label, known: false, state: isGone ? 'absent' : 'applied', edited: false }];
  }
  return [...covered, { ...appliedEntry(migration.id, subject), ...stateOf(row, migration, subject) }];
}

function stateOf(row: StateRow, migration: Migration, subject: StateSubject): Pick<StateEntry, 'state' | 'edited'> {
  const type = row['type'] ?? '';
  if (row['success'] !== 'true') return { state: 'failed', edited: false };
  if (type === 'DELETE' || type.startsWith('UNDO')) return { state: 'absent', edited: false };
  const differs =
    row['checksum'] !== null && type !== 'BASELINE' && !checksums(migration, subject).includes(Number(row['checksum']));
  return migration.repeatable
    ? { state: differs ? 'again' : 'applied', edited: false }
    : { state: 'applied', edited: differs };
}

function isMeant(migration: Migration, row: StateRow, version: FlywayVersion | null): boolean {
  if (version === null) return migration.repeatable && migration.name === row['description'];
  const own = migration.repeatable ? null : parseFlywayVersion(migration.id);
  return own !== null && compareFlywayVersions(own, version) === 0;
}

/** A baseline stands for every version up to its own. */
function coveredBy(version: FlywayVersion, subject: StateSubject): readonly StateEntry[] {
  return subject.migrations
    .filter((migration) => {
      const own = migration.repeatable ? null : parseFlywayVersion(migration.id);
      return own !== null && compareFlywayVersions(own, version) <= 0;
    })
    .map(({ id }) => appliedEntry(id, subject));
}

/** The version of the `B` file with which the project begins on an empty database. */
function baselineFile({ migrations }: StateSubject): { readonly id: string; readonly version: FlywayVersion } | null {
  const [first] = migrations;
  const file = first === undefined ? null : parseFlywayName(first.path);
  return first === undefined || file?.kind !== 'baseline' ? null : { id: first.id, version: file.version };
}

function isBeforeBaselineFile(version: FlywayVersion, subject: StateSubject): boolean {
  const file = baselineFile(subject);
  return file !== null && compareFlywayVersions(version, file.version) <= 0;
}

/** A database that has versions already never runs a `B` file: what the file stands for is there. */
function standIn(rows: readonly StateRow[], subject: StateSubject): readonly StateEntry[] {
  const file = baselineFile(subject);
  const hasVersions = rows.some((row) => row['version'] != null && row['success'] === 'true');
  return file !== null && hasVersions ? [appliedEntry(file.id, subject)] : [];
}

/** Of the text as it stands and, as repeatable ones are compared, with its placeholders filled in. */
function checksums({ path, repeatable }: Migration, { files, options }: StateSubject): readonly number[] {
  const texts = [files.text(path), ...(repeatable ? [readFlywayScript(files, path, options).script.text] : [])];
  // An int in Java has a sign.
  return texts.map((text) => crc32(text.replace(/\r\n|\r|\n/g, '')) | 0);
}
