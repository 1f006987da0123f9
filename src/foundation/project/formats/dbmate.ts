import { defineFormat, type ProjectFiles, type RawMigration, type RawProject, type RawScript } from '../format.js';
import { sameVersion, topLevel } from './numbered-files.js';
import { lineAt, scriptError } from './script-error.js';
import { dbmateTable } from '../state-tables/dbmate.js';

const fileName = /^(\d+)_?(.*)\.sql$/;
const upMark = /^--[^\S\n]*migrate:up(?:[^\S\n]*$|[^\S\n]+\S+)/gm;
const downMark = /^--[^\S\n]*migrate:down(?:[^\S\n]*$|[^\S\n]+\S+[^\S\n]*$)/gm;

/** dbmate: one file with a `-- migrate:up` and a `-- migrate:down` part, in the order of the file names as text. */
export const dbmate = defineFormat({
  id: 'dbmate',
  title: 'dbmate',
  matches: (files) => {
    const path = migrationPaths(files).find((candidate) => files.text(candidate).search(upMark) >= 0);
    return path === undefined ? null : `${path} has a "-- migrate:up" part`;
  },
  read: readDbmate,
  stateTable: dbmateTable,
});

function migrationPaths(files: ProjectFiles): readonly string[] {
  return topLevel(files.paths).filter((path) => fileName.test(path));
}

function readDbmate(files: ProjectFiles): RawProject {
  const migrations = migrationPaths(files).map((path) => readMigration(path, files.text(path)));
  const byVersion = new Map<string, string>();
  for (const { id, up } of migrations) {
    const other = byVersion.get(id);
    if (other !== undefined) throw sameVersion(id, [other, up.path]);
    byVersion.set(id, up.path);
  }
  return { migrations, transactionScope: 'migration', notes: [] };
}

function readMigration(path: string, text: string): RawMigration {
  const [, version = '', name = ''] = fileName.exec(path) ?? [];
  const up = onlyMark(path, text, { mark: upMark, name: 'migrate:up' });
  const down = onlyMark(path, text, { mark: downMark, name: 'migrate:down' });
  if (up > down)
    throw scriptError(`${path}:${lineAt(text, down)}`, 'migrate:down stands before migrate:up.', 'Put it after.');
  if (/^(?!\s*--)[^\S\n]*\S/m.test(text.slice(0, up))) {
    throw scriptError(
      path,
      'a statement stands before "-- migrate:up", which dbmate refuses.',
      'Move it below that line.',
    );
  }
  return {
    id: version,
    name,
    up: readPart(path, text, { from: up, to: down }),
    down: readPart(path, text, { from: down, to: text.length }),
  };
}

/** dbmate needs both parts; a second one of a kind it takes for another migration of the same version, and fails on it. */
function onlyMark(
  path: string,
  text: string,
  { mark, name }: { readonly mark: RegExp; readonly name: string },
): number {
  const [first, second] = [...text.matchAll(mark)].map((found) => found.index);
  if (first === undefined)
    throw scriptError(path, `dbmate refuses a file without "-- ${name}".`, `Add a line "-- ${name}".`);
  if (second !== undefined) {
    const place = `${path}:${lineAt(text, second)}`;
    throw scriptError(
      place,
      `a second "-- ${name}" part, which dbmate fails on.`,
      'Give it a file and version of its own.',
    );
  }
  return first;
}

function readPart(path: string, text: string, range: { readonly from: number; readonly to: number }): RawScript {
  const part = text.slice(range.from, range.to);
  const optsOut = /^[^\n]*\stransaction:false(?:\s|$)/.test(part);
  const transaction = optsOut
    ? ({ mode: 'implicit', reason: 'transaction:false: dbmate sends the part as one query without BEGIN' } as const)
    : ({ mode: 'single', reason: 'dbmate runs each migration in a transaction' } as const);
  return { path, text: part, firstLine: lineAt(text, range.from), transaction };
}
