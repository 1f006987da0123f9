import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import {
  defineFormat,
  type FormatOptions,
  type ProjectFiles,
  type RawMigration,
  type RawProject,
  type RawScript,
} from '../format.js';
import { splitGoose } from './goose-sections.js';
import { noteMissingDown } from './missing-down.js';
import { type NumberedFile, sortByNumber, topLevel } from './numbered-files.js';
import { gooseTable } from '../state-tables/goose.js';

/** goose: one file with `-- +goose Up` and `-- +goose Down` parts, ordered by the version as a number. */
export const goose = defineFormat({
  id: 'goose',
  title: 'goose',
  matches: (files) => {
    const file = numberedFiles(files, 'sql').find(({ path }) => /^--\s*\+goose Up\s*$/m.test(files.text(path)));
    return file === undefined ? null : `${file.path} has a "-- +goose Up" part`;
  },
  read: readGoose,
  stateTable: gooseTable,
});

function numberedFiles(files: ProjectFiles, extension: 'sql' | 'go'): readonly NumberedFile[] {
  return topLevel(files.paths).flatMap((path) => {
    const [, digits, name, found] = /^(\d+)_(.*)\.(sql|go)$/.exec(path) ?? [];
    if (digits === undefined || name === undefined || found !== extension || path.endsWith('_test.go')) return [];
    return [{ path, number: BigInt(digits), name }];
  });
}

function readGoose(files: ProjectFiles, options: FormatOptions): RawProject {
  const [program] = numberedFiles(files, 'go');
  if (program !== undefined) {
    throw new ChangeSafetyError({
      code: 'project-invalid',
      message: `${program.path} is a migration written in Go, which cannot be read as SQL.`,
      remedy: 'Rehearse the tool itself: lockkeeper rehearse --exec "goose up".',
      effect: 'none',
    });
  }
  const read = sortByNumber(numberedFiles(files, 'sql')).map((file) =>
    readMigration(file, files.text(file.path), options),
  );
  const migrations = read.map(({ migration }) => migration);
  const notes = read.flatMap((each) => each.notes);
  return { migrations, transactionScope: 'migration', notes: [...notes, ...noteMissingDown(migrations)] };
}

function readMigration(file: NumberedFile, text: string, options: FormatOptions) {
  const { up, down, optsOut, substitutes } = splitGoose(file.path, text);
  const unset = new Set<string>();
  const fill = (part: string) => (substitutes ? substitute(part, options, unset) : part);
  const transaction = optsOut
    ? ({ mode: 'none', reason: '"-- +goose NO TRANSACTION": each statement commits by itself' } as const)
    : ({ mode: 'single', reason: 'goose runs each migration in a transaction' } as const);
  const script = (part: string): RawScript => ({ path: file.path, text: fill(part), firstLine: 1, transaction });
  const migration: RawMigration = {
    id: String(file.number),
    name: file.name,
    up: script(up),
    down: down === null ? null : script(down),
  };
  const notes = [...unset].map(
    (name) => `${file.path} takes \${${name}} from the environment: set it under project.placeholders.`,
  );
  return { migration, notes };
}

/** goose fills `${NAME}`, `$NAME` and `${NAME:-default}` from its environment; here the project's placeholders do. */
function substitute(text: string, { placeholders }: FormatOptions, unset: Set<string>): string {
  const reference = /\$(?:\{(?<braced>\w+)(?::-(?<fallback>[^}]*))?\}|(?<bare>[A-Za-z_]\w*))(?!\$)/g;
  let filled = '';
  let end = 0;
  for (const found of text.matchAll(reference)) {
    const { braced, fallback, bare } = found.groups ?? {};
    const name = (braced ?? bare) as string;
    const value = placeholders[name] ?? fallback;
    if (value === undefined) unset.add(name);
    filled += text.slice(end, found.index) + (value ?? found[0]);
    end = found.index + found[0].length;
  }
  return filled + text.slice(end);
}
