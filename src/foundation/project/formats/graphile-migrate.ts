import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { splitScript } from '../../sql/split-script.js';
import {
  defineFormat,
  type DeclaredTransaction,
  type FormatOptions,
  type ProjectFiles,
  type RawMigration,
  type RawProject,
  type RawScript,
} from '../format.js';
import { readGraphileCurrent } from './graphile-migrate-current.js';
import { replaceGraphilePlaceholders } from './graphile-migrate-placeholders.js';
import {
  type GraphileText,
  hashGraphileMigration,
  isWithoutTransaction,
  parseGraphileText,
} from './graphile-migrate-text.js';
import { graphileMigrateTable } from '../state-tables/graphile-migrate.js';

const committedName = /^(?:.*\/)?committed\/([0-9]+)(-[-_a-zA-Z0-9]*)?\.sql$/;

/**
 * graphile-migrate: the committed migrations in the order of their numbers, then `current.sql` (or the files of
 * `current/`, joined) when there is SQL in it. There are no down scripts.
 */
export const graphileMigrate = defineFormat({
  id: 'graphile-migrate',
  title: 'graphile-migrate',
  matches: (files) => {
    const committed = files.paths.find((path) => committedName.test(path) && /^--! Previous:/m.test(files.text(path)));
    if (committed !== undefined) return `${committed} names its predecessor in a --! Previous: header`;
    const settings = files.paths.find((path) => /(?:^|\/)\.gmrc(?:\.js|\.cjs)?$/.test(path));
    return settings === undefined ? null : `${settings} holds graphile-migrate's settings`;
  },
  read: readGraphileMigrate,
  stateTable: graphileMigrateTable,
});

function readGraphileMigrate(files: ProjectFiles, options: FormatOptions): RawProject {
  const root = findRoot(files);
  const committed = files.paths
    .filter((path) => committedName.test(path) && posix.dirname(posix.dirname(path)) === root)
    .map((path) => ({ path, text: parseGraphileText(files.text(path)) }))
    .sort((left, right) => numberOf(left.path).localeCompare(numberOf(right.path), 'en'));
  const migrations: RawMigration[] = committed.map(({ path, text }) => ({
    id: numberOf(path),
    name:
      text.headers.get('Message') ||
      (committedName.exec(path)?.[2] ?? '').slice(1).replaceAll('-', ' ') ||
      numberOf(path),
    up: buildScript({ path, text: text.body, firstLine: text.firstLine }, options),
    down: null,
  }));
  const notes = [...checkChain(committed), ...noteHooks(files)];
  const current = readGraphileCurrent(files, root);
  if (current !== null) {
    const up = { ...buildScript(current, options), includes: current.includes };
    if (splitScript(up.text, { path: up.path, firstLine: up.firstLine }).length > 0) {
      migrations.push({ id: 'current', name: 'not yet committed', up, down: null });
      notes.push(...current.notes);
    }
  }
  return { migrations, transactionScope: 'migration', notes };
}

function buildScript(
  source: { readonly path: string; readonly text: string; readonly firstLine: number },
  options: FormatOptions,
): RawScript {
  const text = replaceGraphilePlaceholders(source, options.placeholders);
  return { path: source.path, text, firstLine: source.firstLine, transaction: chooseTransaction(source.path, text) };
}

function chooseTransaction(path: string, body: string): DeclaredTransaction {
  if (!isWithoutTransaction(body)) {
    return { mode: 'single', reason: 'graphile-migrate runs each migration in a transaction of its own' };
  }
  const { length } = splitScript(body, { path, firstLine: 1 });
  if (length !== 1) {
    throw new ChangeSafetyError({
      code: 'script-invalid',
      message: `${path} says --! no-transaction and holds ${length} statements; graphile-migrate wants exactly one.`,
      remedy: 'Give each statement a migration of its own.',
      effect: 'none',
    });
  }
  return {
    mode: 'implicit',
    reason: 'the file begins with --! no-transaction: graphile-migrate sends its one statement without a transaction',
  };
}

interface CommittedFile {
  readonly path: string;
  readonly text: GraphileText;
}

/** What graphile-migrate itself would refuse: a link of the chain that does not fit, or a text that was edited. */
function checkChain(committed: readonly CommittedFile[]): readonly string[] {
  let before: { readonly path: string; readonly hash: string | undefined } | null = null;
  const notes: string[] = [];
  for (const { path, text } of committed) {
    const hash = text.headers.get('Hash');
    const header = text.headers.get('Previous');
    const previous = header === '-' ? null : (header ?? null);
    if (hash === undefined || header === undefined)
      notes.push(`${path} lacks its Hash or Previous header; graphile-migrate refuses it.`);
    else notes.push(...checkLink({ path, text, hash, previous }, before));
    before = { path, hash };
  }
  return notes;
}

function checkLink(
  file: CommittedFile & { readonly hash: string; readonly previous: string | null },
  before: { readonly path: string; readonly hash: string | undefined } | null,
): readonly string[] {
  const notes: string[] = [];
  if (file.previous !== (before?.hash ?? null)) {
    notes.push(
      `${file.path} does not follow ${before === null ? 'from nothing' : before.path}: its Previous header names another hash; graphile-migrate refuses it.`,
    );
  }
  const isWhole = hashGraphileMigration(file.text.body, file.previous) === file.hash;
  if (!isWhole && !file.text.headers.has('AllowInvalidHash')) {
    notes.push(
      `${file.path} was changed after it was committed: its Hash header does not fit; graphile-migrate refuses it.`,
    );
  }
  return notes;
}

function noteHooks(files: ProjectFiles): readonly string[] {
  return files.paths
    .filter((path) => posix.basename(path) === '.gmrc')
    .filter((path) => /"(?:before|after)(?:Reset|AllMigrations|Current)"\s*:\s*\[\s*[^\]\s]/.test(files.text(path)))
    .map(
      (path) =>
        `${path} names actions around migrations; they are not run. Rehearse with --exec "graphile-migrate migrate" to include them.`,
    );
}

/** The folder that holds `committed/`, or beside the settings `migrations/` when nothing is committed yet. */
function findRoot(files: ProjectFiles): string {
  const committed = files.paths.find((path) => committedName.test(path));
  if (committed !== undefined) return posix.dirname(posix.dirname(committed));
  const current = files.paths.find((path) => /(?:^|\/)current(?:\.sql|\/[^/]+\.sql)$/.test(path));
  if (current === undefined) return '.';
  const folder = posix.dirname(current);
  return posix.basename(folder) === 'current' ? posix.dirname(folder) : folder;
}

function numberOf(path: string): string {
  return committedName.exec(path)?.[1] ?? path;
}
