import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { defineFormat, type FormatOptions, type ProjectFiles, type RawMigration, type RawProject } from '../format.js';
import { type FlywayFile, type FlywayVersionedFile, isFlywayCallback, parseFlywayName } from './flyway-names.js';
import { readFlywayScript } from './flyway-script.js';
import { compareFlywayVersions } from './flyway-version.js';
import { flywayTable } from '../state-tables/flyway.js';

/**
 * Flyway's SQL migrations with its default prefixes: `V` in the order of versions, then `R` in the order of
 * descriptions, `U` as the way back. A `B` file stands for everything up to its version, as on an empty database.
 */
export const flyway = defineFormat({
  id: 'flyway',
  title: 'Flyway',
  matches: (files) => {
    const named = files.paths.map(parseFlywayName).find((file) => file !== null && isTelling(file));
    return named == null ? null : `${named.path} is named as Flyway wants it`;
  },
  read: readFlyway,
  stateTable: flywayTable,
});

/** A version alone (`V2.sql`) could belong to anybody; the double underscore is Flyway's own. */
function isTelling(file: FlywayFile): boolean {
  return file.kind !== 'undo' && posix.basename(file.path).includes('__');
}

function readFlyway(files: ProjectFiles, options: FormatOptions): RawProject {
  const named = files.paths.map(parseFlywayName).filter((file) => file !== null);
  const baseline = newestBaseline(named);
  const versioned = sortVersions(named, 'versioned').filter(
    (file) => baseline === undefined || compareFlywayVersions(file.version, baseline.version) > 0,
  );
  const forward = baseline === undefined ? versioned : [baseline, ...versioned];
  const undo = sortVersions(named, 'undo');
  const repeatable = named
    .filter((file) => file.kind === 'repeatable')
    .sort((left, right) => compareText(left.description, right.description));
  refuseRepeatedDescription(repeatable);

  const notes = [...noteLeftOut(files, named), ...noteBaseline(named, baseline)];
  const migrations: RawMigration[] = [];
  for (const file of [...forward, ...repeatable]) {
    const { script, skipped, notes: scriptNotes } = readFlywayScript(files, file.path, options);
    notes.push(...(skipped ? [`${file.path} is left out: its .conf file says shouldExecute=false.`] : scriptNotes));
    if (skipped) continue;
    migrations.push({
      id: file.kind === 'repeatable' ? `R__${file.description.replaceAll(' ', '_')}` : file.versionText,
      name: file.description,
      up: script,
      down:
        file.kind === 'versioned'
          ? readUndo(
              files,
              undo.find((candidate) => sameVersion(candidate, file)),
              options,
            )
          : null,
      ...(file.kind === 'repeatable' && { repeatable: true }),
    });
  }
  notes.push(...noteLoneUndo(undo, named));
  return { migrations, transactionScope: 'migration', notes };
}

function readUndo(files: ProjectFiles, file: FlywayVersionedFile | undefined, options: FormatOptions) {
  return file === undefined ? null : readFlywayScript(files, file.path, options).script;
}

function sortVersions(named: readonly FlywayFile[], kind: FlywayVersionedFile['kind']): readonly FlywayVersionedFile[] {
  const sorted = named
    .filter((file): file is FlywayVersionedFile => file.kind === kind)
    .sort((left, right) => compareFlywayVersions(left.version, right.version));
  sorted.forEach((file, index) => {
    const before = sorted[index - 1];
    if (before !== undefined && sameVersion(before, file)) throw repeated(`version ${file.versionText}`, before, file);
  });
  return sorted;
}

function refuseRepeatedDescription(sorted: readonly FlywayFile[]): void {
  sorted.forEach((file, index) => {
    const before = sorted[index - 1];
    if (before?.description === file.description) throw repeated(`the description "${file.description}"`, before, file);
  });
}

function repeated(what: string, first: FlywayFile, second: FlywayFile): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'project-invalid',
    message: `${first.path} and ${second.path} both have ${what}; Flyway refuses such a project.`,
    remedy: 'Give one of the two files another version or description.',
    effect: 'none',
  });
}

function newestBaseline(named: readonly FlywayFile[]): FlywayVersionedFile | undefined {
  return sortVersions(named, 'baseline').at(-1);
}

function sameVersion(left: FlywayVersionedFile, right: FlywayVersionedFile): boolean {
  return compareFlywayVersions(left.version, right.version) === 0;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function noteBaseline(named: readonly FlywayFile[], baseline: FlywayVersionedFile | undefined): readonly string[] {
  if (baseline === undefined) return [];
  const covered = named.filter(
    (file) =>
      file.kind !== 'repeatable' &&
      file.kind !== 'undo' &&
      file !== baseline &&
      compareFlywayVersions(file.version, baseline.version) <= 0,
  );
  return covered.length === 0
    ? []
    : [
        `The baseline ${baseline.path} stands for ${covered.length} earlier ${covered.length === 1 ? 'file' : 'files'}, which are not run, as Flyway does on an empty database.`,
      ];
}

function noteLeftOut(files: ProjectFiles, named: readonly FlywayFile[]): readonly string[] {
  const known = new Set(named.map((file) => file.path));
  return files.paths.flatMap((path) => {
    if (known.has(path)) return [];
    if (isFlywayCallback(path))
      return [
        `${path} is left out: callbacks are not run. Rehearse with --exec and Flyway's own command to include them.`,
      ];
    if (/(?:^|\/)[VRUB][^/]*\.(?:java|class|kt)$/.test(path))
      return [
        `${path} is left out: only SQL migrations are read. Rehearse with --exec and Flyway's own command to include it.`,
      ];
    return path.endsWith('.sql') ? [`${path} is left out: Flyway does not recognise its name.`] : [];
  });
}

function noteLoneUndo(undo: readonly FlywayVersionedFile[], named: readonly FlywayFile[]): readonly string[] {
  const versioned = named.filter((file): file is FlywayVersionedFile => file.kind === 'versioned');
  return undo
    .filter((file) => !versioned.some((candidate) => sameVersion(candidate, file)))
    .map((file) => `${file.path} undoes version ${file.versionText}, but there is no such migration.`);
}
