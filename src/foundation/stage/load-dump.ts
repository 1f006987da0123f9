import { readFile } from 'node:fs/promises';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Statement, TransactionPlan } from '../../model/sql-text.js';
import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import type { Environment } from '../runtime/environment.js';
import { runCommand } from '../runtime/run-command.js';
import { splitScript } from '../sql/split-script.js';
import { createMissingRoles, namedRoles } from './create-roles.js';
import { findClientTool, toolMissing } from './find-client-tool.js';
import { readDataFormat } from './load-data.js';
import { missingExtension } from './missing-extension.js';
import { runnableAnywhere } from './schema-from.js';

export interface DumpOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

/** A dump as SQL, without what only psql understands. */
export interface DumpText {
  readonly file: string;
  readonly sql: string;
  /** Of the server that it was taken from; null when it does not say. */
  readonly major: number | null;
}

/**
 * Reads a file of SQL, or the schema of an archive that pg_dump made (custom, directory, tar). Throws `tool-missing`
 * where an archive meets no pg_restore, `command-failed` where that refuses it, `usage` for what is neither.
 */
export async function readDump(file: string, options: DumpOptions): Promise<DumpText> {
  const text =
    (await readDataFormat(file)) === 'archive' ? await restoreText(file, options) : await readFile(file, 'utf8');
  const major = /^-- Dumped from database version (\d+)/m.exec(text)?.[1];
  return { file, sql: runnableAnywhere(text), major: major === undefined ? null : Number(major) };
}

async function restoreText(file: string, { environment, signal }: DumpOptions): Promise<string> {
  const tool = await findClientTool('pg_restore', environment);
  if (tool === null) throw toolMissing({ name: 'pg_restore', purpose: `read ${file}`, major: null, found: null });
  const args = ['--schema-only', '--no-tablespaces', '--file=-', file];
  const result = await runCommand(tool.path, args, { env: { ...environment.variables, LC_MESSAGES: 'C' }, signal });
  if (result.exitCode === 0) return result.stdout;
  throw new ChangeSafetyError({
    code: 'command-failed',
    message: `pg_restore ${tool.major} could not read ${file}: ${result.startError?.message ?? result.stderr.trim()}`,
    remedy: 'Have a pg_restore on PATH that is as new as the pg_dump that wrote the file.',
    effect: 'none',
  });
}

/**
 * Makes a dumped schema in the session's database; rows after COPY are left out. Roles that it names are created.
 * Returns those. Throws `stage-build-failed`. The parser must be loaded.
 */
export async function loadDump(session: Session, { file, sql }: DumpText): Promise<readonly string[]> {
  const statements = splitScript(sql, { path: file, firstLine: 1 }).filter(({ copyData }) => copyData === null);
  const transaction: TransactionPlan = { mode: 'none', reason: 'a dump' };
  const roles = await createMissingRoles(session, namedRoles([{ path: file, transaction, statements }]));
  await session.query('SET synchronous_commit = off');
  for (const statement of statements) await send(session, statement);
  // A dump empties the search path and relaxes checks for the rest of its session.
  await session.query('RESET ALL');
  return roles;
}

async function send(session: Session, { sql, span }: Statement): Promise<void> {
  try {
    await session.query(sql);
  } catch (cause) {
    const refused = asServerError(cause);
    if (refused === null) throw cause;
    // Every database has it already.
    if (refused.code === duplicateSchema && /^CREATE SCHEMA public\b/i.test(sql)) return;
    const extension = missingExtension({ code: refused.code ?? null, message: refused.message });
    throw new ChangeSafetyError({
      code: 'stage-build-failed',
      message: `${span.path}:${span.line} could not be loaded: ${refused.message}`,
      remedy:
        extension === null
          ? 'Load a plain dump of one database, on the major that it was taken from (--server-major).'
          : `Bring a server that has the extension ${extension}: --server-bin.`,
      effect: 'none',
      sqlState: refused.code ?? null,
      cause,
    });
  }
}

const duplicateSchema = '42P06';
