import { posix } from 'node:path';
import { sealFiles } from '../formats/atlas-sum.js';
import {
  advisoryLock,
  command,
  createSchema,
  deleteRows,
  insertRow,
  nameOf,
  startOf,
  type StateWriting,
} from '../state-writing.js';
import {
  appliedEntry,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
} from '../state-table.js';

/** The bit of `type` that says: the database was taken over at this version. */
const baseline = 1;

/** The bit of `type` that says: its statements were run. */
const executed = 2;

const writing: StateWriting = {
  createTable: (context) => [
    ...createSchema(context),
    command(`CREATE TABLE ${nameOf(context.table)} (
  version varchar NOT NULL,
  description varchar NOT NULL,
  type bigint NOT NULL DEFAULT 2,
  applied bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  executed_at timestamptz NOT NULL,
  execution_time bigint NOT NULL,
  error text NULL,
  error_stmt text NULL,
  hash varchar NOT NULL,
  partial_hashes jsonb NULL,
  operator_version varchar NOT NULL,
  PRIMARY KEY (version)
)`),
  ],
  recordApplied: (applied, { table, subject }) => {
    const { path, id, statements } = applied.migration;
    return [
      insertRow(table, {
        version: id,
        // As the file's name has it, underscores and all.
        description: posix.basename(path, '.sql').slice(id.length + 1),
        type: executed,
        applied: statements.length,
        total: statements.length,
        executed_at: startOf(applied),
        // In nanoseconds.
        execution_time: String(Math.round(applied.durationMs * 1e6)),
        error: '',
        error_stmt: '',
        hash: sealOf(path, subject) ?? '',
        partial_hashes: 'null',
        operator_version: 'lockkeeper',
      }),
    ];
  },
  recordReverted: ({ id }, { table }) => [deleteRows(table, { version: id })],
  refuse: ({ path }, { subject }) =>
    sealOf(path, subject) === null
      ? `${path} is not sealed in an atlas.sum, and Atlas keeps the seal with each version (atlas migrate hash)`
      : null,
  // The hash of a name, which the settings may say.
  lock: ({ settings }) => advisoryLock([fnv1(settingIn(settings.file('atlas.hcl'), 'lock_name') ?? lockName)], false),
};

const lockName = 'atlas_migrate_execute';

/** FNV-1 of 32 bits. */
function fnv1(text: string): bigint {
  return Buffer.from(text).reduce((hash, byte) => BigInt.asUintN(32, hash * 0x01000193n) ^ BigInt(byte), 0x811c9dc5n);
}

function sealOf(path: string, { files }: StateSubject): string | null {
  return sealFiles(files).find(({ name }) => name === posix.basename(path))?.hash ?? null;
}

/** Atlas: a row for each version, with how many of its statements were applied. */
export const atlasTable: StateTable = {
  locate: ({ file }) => ({
    schema: settingIn(file('atlas.hcl'), 'revisions_schema') ?? 'atlas_schema_revisions',
    name: 'atlas_schema_revisions',
  }),
  columns: ['version', 'type', 'applied', 'total', 'hash'],
  orderBy: ['version'],
  gaps: () => 'refuses',
  read: (rows, subject) => {
    // A version that begins with a dot is Atlas's own note.
    const revisions = rows.filter((row) => !row['version']?.startsWith('.'));
    return [...standIns(revisions, subject), ...revisions.flatMap((row) => readRow(row, subject, revisions))];
  },
  writing,
};

function readRow(row: StateRow, subject: StateSubject, rows: readonly StateRow[]): readonly StateEntry[] {
  const version = row['version'] ?? '';
  const entry = appliedEntry(version, subject);
  if ((Number(row['type']) & baseline) !== 0) return [...coveredBy(version, subject), ...(entry.known ? [entry] : [])];
  // Files before a checkpoint are there, but not among those that an empty database would get.
  if (!entry.known && fileOf(version, subject) !== undefined) return [];
  const unfinished = Number(row['applied']) < Number(row['total']);
  return [{ ...entry, state: unfinished ? 'failed' : 'applied', edited: firstEdited(rows, subject) === version }];
}

function coveredBy(version: string, subject: StateSubject): readonly StateEntry[] {
  return subject.migrations.filter(({ id }) => id <= version).map(({ id }) => appliedEntry(id, subject));
}

/** A database that has files from before the checkpoint goes on without it: the checkpoint is what it has already. */
function standIns(rows: readonly StateRow[], subject: StateSubject): readonly StateEntry[] {
  const [first] = subject.migrations;
  const hasEarlier = rows.some((row) => {
    const version = row['version'] ?? '';
    return first !== undefined && version < first.id && fileOf(version, subject) !== undefined;
  });
  return first !== undefined && hasEarlier ? [appliedEntry(first.id, subject)] : [];
}

function fileOf(version: string, { files }: StateSubject): string | undefined {
  return files.paths.find((path) => path.endsWith('.sql') && versionOf(path) === version);
}

function versionOf(path: string): string {
  return posix.basename(path, '.sql').replace(/_.*$/, '');
}

/** One running hash covers all files up to each, so only the first that differs was surely edited. */
function firstEdited(rows: readonly StateRow[], { files }: StateSubject): string | null {
  const sealed = sealFiles(files);
  for (const [index, row] of rows.entries()) {
    const file = sealed[index];
    if (file === undefined || versionOf(file.name) !== row['version']) return null;
    if (file.hash !== row['hash']?.replace(/^h1:/, '')) return versionOf(file.name);
  }
  return null;
}
