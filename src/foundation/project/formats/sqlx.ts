import { defineFormat, type ProjectFiles, type RawProject, type RawScript } from '../format.js';
import { noteMissingDown } from './missing-down.js';
import { type NumberedFile, sortByNumber, topLevel } from './numbered-files.js';
import { sqlxTable } from '../state-tables/sqlx.js';

interface SqlxFile extends NumberedFile {
  readonly down: boolean;
}

/** sqlx: `<version>_<description>.sql`, or `.up.sql` with `.down.sql`. A file that starts with `-- no-transaction` opts out. */
export const sqlx = defineFormat({
  id: 'sqlx',
  title: 'sqlx',
  // The names alone could be anybody's; the opt-out is sqlx's own.
  matches: (files) => {
    const file = sqlxFiles(files).find(({ path }) => optsOut(files.text(path)));
    return file === undefined ? null : `${file.path} starts with sqlx's "-- no-transaction"`;
  },
  read: readSqlx,
  stateTable: sqlxTable,
});

function optsOut(text: string): boolean {
  return text.startsWith('-- no-transaction');
}

function sqlxFiles(files: ProjectFiles): readonly SqlxFile[] {
  return topLevel(files.paths).flatMap((path) => {
    const [, digits, name, suffix] = /^(\d+)_(.*?)(\.up|\.down)?\.sql$/.exec(path) ?? [];
    if (digits === undefined || name === undefined) return [];
    return [{ path, number: BigInt(digits), name: name.replaceAll('_', ' '), down: suffix === '.down' }];
  });
}

function readSqlx(files: ProjectFiles): RawProject {
  const all = sqlxFiles(files);
  const downs = sortByNumber(all.filter((file) => file.down));
  const migrations = sortByNumber(all.filter((file) => !file.down)).map((up) => {
    const down = downs.find((file) => file.number === up.number);
    return {
      id: String(up.number),
      name: up.name,
      up: script(files, up.path),
      down: down === undefined ? null : script(files, down.path),
    };
  });
  return { migrations, transactionScope: 'migration', notes: noteMissingDown(migrations) };
}

function script(files: ProjectFiles, path: string): RawScript {
  const text = files.text(path);
  const transaction = optsOut(text)
    ? ({ mode: 'implicit', reason: '"-- no-transaction": sqlx sends the file as one query without BEGIN' } as const)
    : ({ mode: 'single', reason: 'sqlx runs each migration in a transaction' } as const);
  return { path, text, firstLine: 1, transaction };
}
