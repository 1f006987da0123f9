import { posix } from 'node:path';
import { defineFormat, type ProjectFiles, type RawMigration, type RawProject, type RawScript } from '../format.js';
import { noteMissingDown } from './missing-down.js';
import { sameVersion } from './numbered-files.js';
import { dieselTable } from '../state-tables/diesel.js';

/** Diesel: a folder `<version>_<name>` for each migration, with up.sql, down.sql and, to opt out, metadata.toml. */
export const diesel = defineFormat({
  id: 'diesel',
  title: 'Diesel',
  matches: (files) => {
    const up = upFiles(files)[0];
    return up === undefined ? null : `${up} stands in a folder of its own, as Diesel wants it`;
  },
  read: readDiesel,
  stateTable: dieselTable,
});

function upFiles(files: ProjectFiles): readonly string[] {
  return files.paths.filter((path) => /^(?:.*\/)?[0-9][0-9-]*_[^/]+\/up\.sql$/.test(path));
}

function readDiesel(files: ProjectFiles): RawProject {
  const migrations = upFiles(files)
    .map((path) => readFolder(files, posix.dirname(path)))
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  migrations.forEach((migration, index) => {
    const previous = migrations[index - 1];
    if (previous?.id === migration.id) throw sameVersion(migration.id, [previous.up.path, migration.up.path]);
  });
  return { migrations, transactionScope: 'migration', notes: noteMissingDown(migrations) };
}

function readFolder(files: ProjectFiles, folder: string): RawMigration {
  const [, version = '', name = ''] = /^([^_]*)_(.*)$/.exec(posix.basename(folder)) ?? [];
  const down = `${folder}/down.sql`;
  return {
    // Diesel takes the dashes of 2024-01-02-030405 out before it stores or compares a version.
    id: version.replaceAll('-', ''),
    name,
    up: script(files, folder, 'up.sql'),
    down: files.paths.includes(down) ? script(files, folder, 'down.sql') : null,
  };
}

function script(files: ProjectFiles, folder: string, file: string): RawScript {
  const metadata = `${folder}/metadata.toml`;
  const optsOut = files.paths.includes(metadata) && /^\s*run_in_transaction\s*=\s*false\b/m.test(files.text(metadata));
  const transaction = optsOut
    ? ({
        mode: 'implicit',
        reason: 'metadata.toml says run_in_transaction = false: Diesel sends the file as one query',
      } as const)
    : ({ mode: 'single', reason: 'Diesel runs each migration in a transaction' } as const);
  return {
    path: `${folder}/${file}`,
    text: files.text(`${folder}/${file}`),
    firstLine: 1,
    transaction,
    ...(optsOut && { includes: [metadata] }),
  };
}
