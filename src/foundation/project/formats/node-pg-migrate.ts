import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { defineFormat, type ProjectFiles, type RawMigration, type RawProject, type RawScript } from '../format.js';
import { noteMissingDown } from './missing-down.js';
import { topLevel } from './numbered-files.js';
import { lineAt } from './script-error.js';
import { nodePgMigrateTable } from '../state-tables/node-pg-migrate.js';

const upMark = /^\s*--[\s-]*up\s+migration/im;
const downMark = /^\s*--[\s-]*down\s+migration/im;
const programs = /^\d+.*\.(?:js|ts|cjs|mjs|cts|mts)$/;

/** node-pg-migrate's SQL files: `-- Up Migration` and `-- Down Migration` parts; all pending files share one transaction. */
export const nodePgMigrate = defineFormat({
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  matches: (files) => {
    const path = sqlPaths(files).find((candidate) => upMark.test(files.text(candidate)));
    return path === undefined ? null : `${path} has an "-- Up Migration" part`;
  },
  read: readNodePgMigrate,
  stateTable: nodePgMigrateTable,
});

function sqlPaths(files: ProjectFiles): readonly string[] {
  return topLevel(files.paths).filter((path) => /^\d+.*\.sql$/.test(path));
}

function readNodePgMigrate(files: ProjectFiles): RawProject {
  const program = topLevel(files.paths).find((path) => programs.test(path));
  if (program !== undefined) {
    throw new ChangeSafetyError({
      code: 'project-invalid',
      message: `${program} is a migration written as a program, which cannot be read as SQL.`,
      remedy: 'Rehearse the tool itself: lockkeeper rehearse --exec "npx node-pg-migrate up".',
      effect: 'none',
    });
  }
  const migrations = sqlPaths(files)
    .toSorted(compareNames)
    .map((path) => readMigration(path, files.text(path)));
  return { migrations, transactionScope: 'run', notes: noteMissingDown(migrations) };
}

/** By number, then by name with numbers compared as numbers and punctuation ignored. */
function compareNames(a: string, b: string): number {
  const rule = { usage: 'sort', numeric: true, sensitivity: 'variant', ignorePunctuation: true } as const;
  return numericPrefix(a) - numericPrefix(b) || a.localeCompare(b, undefined, rule);
}

/** A prefix of 17 digits is a UTC date to the millisecond, counted like the timestamps of other files. */
function numericPrefix(path: string): number {
  const digits = /^\d+/.exec(path)?.[0] ?? '';
  const date = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(digits);
  if (date === null) return Number(digits);
  const [, year, month, day, hour, minute, second, ms] = date;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

/** Each part ends where the other begins; without marks the whole file is the way forward. */
function readMigration(path: string, text: string): RawMigration {
  const up = text.search(upMark);
  const down = text.search(downMark);
  const name = path.slice(0, -'.sql'.length);
  const upPart = { from: Math.max(up, 0), to: down > up ? down : text.length };
  const downPart = { from: down, to: up > down ? up : text.length };
  return {
    id: name,
    name: name.replace(/^\d+[_-]?/, ''),
    up: part(path, text, up < 0 ? { from: 0, to: text.length } : upPart),
    down: down < 0 ? null : part(path, text, downPart),
  };
}

function part(path: string, text: string, { from, to }: { readonly from: number; readonly to: number }): RawScript {
  return {
    path,
    text: text.slice(from, to),
    firstLine: lineAt(text, from),
    transaction: { mode: 'single', reason: 'node-pg-migrate runs all pending migrations in one transaction' },
  };
}
