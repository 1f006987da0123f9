import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import {
  defineFormat,
  type DeclaredTransaction,
  type ProjectFiles,
  type RawMigration,
  type RawProject,
} from '../format.js';
import { type AtlasDirectives, parseAtlasDirectives } from './atlas-directives.js';
import { checkAtlasSum } from './atlas-sum.js';
import { atlasTable } from '../state-tables/atlas.js';

const sumFile = 'atlas.sum';

/** Atlas's versioned migrations: every `.sql` file of one folder by name, from the newest checkpoint on. */
export const atlas = defineFormat({
  id: 'atlas',
  title: 'Atlas',
  matches: (files) => {
    const sum = findSum(files);
    if (sum !== undefined) return `${sum} seals the folder for Atlas`;
    const directed = files.paths.find(
      (path) =>
        path.endsWith('.sql') && /^--\s*atlas:(?:txmode|delimiter|checkpoint|nolint|sum)\b/m.test(files.text(path)),
    );
    return directed === undefined ? null : `${directed} holds an atlas: directive`;
  },
  read: readAtlas,
  stateTable: atlasTable,
});

function readAtlas(files: ProjectFiles): RawProject {
  const sum = findSum(files);
  const folder = sum === undefined ? '.' : posix.dirname(sum);
  const paths = files.paths.filter((path) => path.endsWith('.sql') && posix.dirname(path) === folder);
  const read = paths.map((path) => readFile(files, path));
  const start = read.findLastIndex((file) => file.directives.checkpoint);
  const notes =
    sum === undefined
      ? [`${sumFile} is missing; Atlas refuses a folder without it.`]
      : [...checkAtlasSum(files, sum, paths)];
  if (start > 0) {
    notes.push(
      `${paths[start]} is a checkpoint: ${start === 1 ? 'the file before it is' : `the ${start} files before it are`} not run, as Atlas does on an empty database.`,
    );
  }
  const migrations = read.slice(Math.max(start, 0)).map((file) => file.migration);
  return { migrations, transactionScope: 'migration', notes };
}

interface AtlasFile {
  readonly migration: RawMigration;
  readonly directives: AtlasDirectives;
}

function readFile(files: ProjectFiles, path: string): AtlasFile {
  const directives = parseAtlasDirectives(files.text(path));
  if (directives.archive) throw archived(path);
  const stem = posix.basename(path, '.sql');
  const parting = stem.indexOf('_');
  // The directive names the delimiter, so its own line must not be cut by it.
  const text = directives.delimiter === null ? files.text(path) : files.text(path).replace(/^[^\n]*\n?/, '');
  const up = {
    path,
    text,
    firstLine: directives.delimiter === null ? 1 : 2,
    transaction: chooseTransaction(path, directives.txmode),
    ...(directives.delimiter !== null && { delimiter: directives.delimiter }),
  };
  const id = parting < 0 ? stem : stem.slice(0, parting);
  const name = parting < 0 ? '' : stem.slice(parting + 1).replaceAll('_', ' ');
  return { migration: { id, name, up, down: null }, directives };
}

function chooseTransaction(path: string, txmode: string | null): DeclaredTransaction {
  switch (txmode) {
    case null:
      return {
        mode: 'single',
        reason: 'Atlas runs each file in a transaction of its own (its default, --tx-mode file)',
      };
    case 'file':
      return { mode: 'single', reason: 'the file says atlas:txmode file: Atlas runs it in a transaction of its own' };
    case 'none':
      return {
        mode: 'none',
        reason: 'the file says atlas:txmode none: Atlas opens no transaction, each statement commits by itself',
      };
    default:
      throw new ChangeSafetyError({
        code: 'script-invalid',
        message: `${path}: Atlas does not know atlas:txmode ${txmode} in a file.`,
        remedy: 'Write atlas:txmode none or atlas:txmode file.',
        effect: 'none',
      });
  }
}

function archived(path: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'script-invalid',
    message: `${path} is an archive of several scripts (atlas:txtar), which is not read here.`,
    remedy: 'Rehearse with Atlas\'s own command: lockkeeper rehearse --exec "atlas migrate apply …".',
    effect: 'none',
  });
}

function findSum(files: ProjectFiles): string | undefined {
  return files.paths.find((path) => posix.basename(path) === sumFile);
}
