import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../postgres/session.js';
import { makeTemporaryFolder } from '../runtime/temporary-folder.js';
import { qualifiedName } from '../sql/quote-identifier.js';
import { findClientTool, toolMissing } from './find-client-tool.js';
import { type DataSource, runLoadCommand } from './load-data-command.js';

interface ArchiveEntry {
  readonly line: string;
  readonly kind: string;
  readonly relation: string;
}

/** Restores the rows and sequence positions of an archive into the tables that are there. */
export async function loadArchive(source: DataSource): Promise<{ readonly skipped: readonly string[] }> {
  const { session, file, environment } = source;
  const tool = await findClientTool('pg_restore', environment);
  if (tool === null) {
    throw toolMissing({ name: 'pg_restore', purpose: `read the archive ${file}`, major: null, found: null });
  }
  const command = { ...source, tool };
  const entries = readEntries(await runLoadCommand({ ...command, args: ['--list', file] }));
  const present = await readRelations(session);
  const wanted = entries.filter((entry) => present.has(entry.relation));
  await using folder = await makeTemporaryFolder(environment.temporaryRoot, 'lockkeeper-data-');
  const list = join(folder.path, 'entries');
  await writeFile(list, `${wanted.map((entry) => entry.line).join('\n')}\n`);
  const args = ['--data-only', '--no-owner', '--exit-on-error', '--single-transaction', '--use-list', list];
  // Without --dbname pg_restore would print the rows as SQL.
  await runLoadCommand({ ...command, args: [...args, '--dbname', session.target.database, file] });
  const left = entries.filter((entry) => entry.kind === 'TABLE DATA' && !present.has(entry.relation));
  return { skipped: left.map((entry) => entry.relation) };
}

/** `3345; 0 16390 TABLE DATA public users postgres`; names may hold blanks, schemas and owners are taken not to. */
function readEntries(list: string): readonly ArchiveEntry[] {
  return list.split('\n').flatMap((line) => {
    const [, kind, schema, name] = /^\d+; \d+ \d+ (TABLE DATA|SEQUENCE SET) (\S+) (.+) \S+$/.exec(line) ?? [];
    if (kind === undefined || schema === undefined || name === undefined) return [];
    return [{ line, kind, relation: qualifiedName(schema, name) }];
  });
}

async function readRelations(session: Session): Promise<ReadonlySet<string>> {
  const { rows } = await session.query(`
    SELECT n.nspname AS schema, c.relname AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'S')`);
  return new Set(rows.map((row) => qualifiedName(String(row['schema']), String(row['name']))));
}
