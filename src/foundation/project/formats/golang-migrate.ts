import { defineFormat, type ProjectFiles, type RawProject, type RawScript } from '../format.js';
import { noteMissingDown } from './missing-down.js';
import { type NumberedFile, sortByNumber, topLevel } from './numbered-files.js';
import { golangMigrateTable } from '../state-tables/golang-migrate.js';

interface DirectedFile extends NumberedFile {
  readonly direction: string;
}

/** golang-migrate: `<version>_<name>.up.sql` and `.down.sql`, ordered by the version as a number. */
export const golangMigrate = defineFormat({
  id: 'golang-migrate',
  title: 'golang-migrate',
  matches: (files) => {
    const up = directedFiles(files).find((file) => file.direction === 'up');
    return up === undefined ? null : `${up.path} is named as golang-migrate wants it`;
  },
  read: readGolangMigrate,
  stateTable: golangMigrateTable,
});

function directedFiles(files: ProjectFiles): readonly DirectedFile[] {
  return topLevel(files.paths).flatMap((path) => {
    const [, digits, name, direction] = /^([0-9]+)_(.*)\.(down|up)\.sql$/.exec(path) ?? [];
    if (digits === undefined || name === undefined || direction === undefined) return [];
    return [{ path, number: BigInt(digits), name, direction }];
  });
}

function readGolangMigrate(files: ProjectFiles): RawProject {
  const all = directedFiles(files);
  const ups = sortByNumber(all.filter((file) => file.direction === 'up'));
  const downs = sortByNumber(all.filter((file) => file.direction === 'down'));
  const migrations = ups.map((up) => {
    const down = downs.find((file) => file.number === up.number);
    return {
      id: String(up.number),
      name: up.name,
      up: script(files, up.path),
      down: down === undefined ? null : script(files, down.path),
    };
  });
  const lone = downs.filter((down) => !ups.some((up) => up.number === down.number));
  const notes = lone.map((file) => `${file.path} has no .up.sql file and is left out.`);
  return { migrations, transactionScope: 'migration', notes: [...notes, ...noteMissingDown(migrations)] };
}

function script(files: ProjectFiles, path: string): RawScript {
  const reason = 'golang-migrate sends the file as one query, which the server runs as one transaction';
  return { path, text: files.text(path), firstLine: 1, transaction: { mode: 'implicit', reason } };
}
