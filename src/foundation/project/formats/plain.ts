import { defineFormat, type ProjectFiles, type RawMigration, type RawProject, type RawScript } from '../format.js';
import { noteMissingDown } from './missing-down.js';
import { sortByNumber, topLevel } from './numbered-files.js';
import { type PlainFile, readPlainNames } from './plain-names.js';

/**
 * Plain SQL for psql: `NNNN_name.sql`, undone by `NNNN_name.rollback.sql`, by `rollback/NNNN_rollback_name.sql`,
 * or as `migration_NNN_up.sql` and `migration_NNN_down.sql`. Files without numbers run in the order of their names.
 */
export const plain = defineFormat({
  id: 'plain',
  title: 'plain SQL files',
  matches: (files) => {
    const [first] = [...readPlainNames(files.paths).map((file) => file.path), ...unnumbered(files)];
    return first === undefined ? null : `${first} is an SQL file`;
  },
  read: readPlain,
});

function unnumbered(files: ProjectFiles): readonly string[] {
  const numbered = new Set(readPlainNames(files.paths).map((file) => file.path));
  return topLevel(files.paths).filter((path) => /\.sql$/i.test(path) && !numbered.has(path));
}

function readPlain(files: ProjectFiles): RawProject {
  const named = readPlainNames(files.paths);
  const others = unnumbered(files);
  if (named.length === 0) return readByName(files, others);
  const downs = sortByNumber(named.filter((file) => file.down));
  const ups = sortByNumber(named.filter((file) => !file.down));
  const migrations = ups.map((up) => readMigration(files, up, downs));
  const lone = downs.filter((down) => !ups.some((up) => up.number === down.number));
  const notes = [
    ...lone.map((file) => `${file.path} undoes no migration of that number and is left out.`),
    ...others.map((path) => `${path} has no number and is left out.`),
  ];
  return { migrations, transactionScope: 'migration', notes: [...notes, ...noteMissingDown(migrations)] };
}

function readMigration(files: ProjectFiles, up: PlainFile, downs: readonly PlainFile[]): RawMigration {
  const down = downs.find((file) => file.number === up.number);
  return {
    id: up.digits,
    name: up.name || up.digits,
    up: plainScript(files, up.path),
    down: down === undefined ? null : plainScript(files, down.path),
  };
}

function readByName(files: ProjectFiles, paths: readonly string[]): RawProject {
  const migrations = paths.map((path) => readPlainFile(files, path));
  const notes = ['The files have no numbers: they are taken in the order of their names.'];
  return { migrations, transactionScope: 'migration', notes: [...notes, ...noteMissingDown(migrations)] };
}

/** One SQL file by itself, whatever it is called. */
export function readPlainFile(files: ProjectFiles, path: string): RawMigration {
  const name = path.replace(/^.*\//, '').replace(/\.sql$/i, '');
  return { id: name, name, up: plainScript(files, path), down: null };
}

function plainScript(files: ProjectFiles, path: string): RawScript {
  const transaction = { mode: 'auto', reason: 'one transaction around the file' } as const;
  return { path, text: files.text(path), firstLine: 1, transaction, psql: true };
}
