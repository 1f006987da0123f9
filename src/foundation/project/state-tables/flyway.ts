import { crc32 } from 'node:zlib';
import type { Migration } from '../../../model/migration.js';
import { parseFlywayName } from '../formats/flyway-names.js';
import { readFlywayScript } from '../formats/flyway-script.js';
import { compareFlywayVersions, type FlywayVersion, parseFlywayVersion } from '../formats/flyway-version.js';
import {
  appliedEntry,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
  type ToolSettings,
} from '../state-table.js';

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
