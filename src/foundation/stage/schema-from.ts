import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { TransactionPlan } from '../../model/sql-text.js';
import type { Session } from '../postgres/session.js';
import { asServerError } from '../postgres/server-error.js';
import { type Environment, readEnvironment } from '../runtime/environment.js';
import { type CommandResult, runCommand } from '../runtime/run-command.js';
import { splitScript } from '../sql/split-script.js';
import { createMissingRoles, namedRoles } from './create-roles.js';
import { findClientTool, toolMissing } from './find-client-tool.js';
import { missingExtension } from './missing-extension.js';

export interface DumpSchemaOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

const purpose = 'read the schema of a database';

export interface SchemaSourceOptions {
  readonly env: Environment['variables'];
  readonly signal?: AbortSignal;
}

/**
 * Makes the schema of the database behind a connection string on the stage, and first the roles it gives things to;
 * returns those it created. The parser must be loaded. Throws what `dumpSchema` and `applySchema` throw.
 */
export async function loadSchemaFrom(
  session: Session,
  url: string,
  options: SchemaSourceOptions,
): Promise<readonly string[]> {
  const schema = await dumpSchema(url, { environment: readEnvironment(options.env), signal: options.signal });
  const statements = splitScript(schema, { path: 'schema', firstLine: 1 });
  const transaction: TransactionPlan = { mode: 'single', reason: 'a dumped schema' };
  const created = await createMissingRoles(session, namedRoles([{ path: 'schema', transaction, statements }]));
  await applySchema(session, schema);
  return created;
}

/**
 * Reads the schema of the database behind a connection string, with owners and grants, as SQL that any session can
 * run. Nothing there changes. Throws `tool-missing` without a pg_dump as new as the server, `command-failed` else.
 */
export async function dumpSchema(url: string, options: DumpSchemaOptions): Promise<string> {
  const tool = await findClientTool('pg_dump', options.environment);
  if (tool === null) throw toolMissing({ name: 'pg_dump', purpose, major: null, found: null });
  const { bare, password } = withoutPassword(url);
  const variables = options.environment.variables;
  // Subscriptions would connect to somebody else's publisher; tablespaces are folders of another machine.
  const args = ['--schema-only', '--no-tablespaces', '--no-publications', '--no-subscriptions', '--no-password'];
  const result = await runCommand(tool.path, [...args, '--dbname', bare], {
    env: { ...variables, ...(password === null ? {} : { PGPASSWORD: password }), LC_MESSAGES: 'C' },
    signal: options.signal,
  });
  if (result.exitCode === 0) return runnableAnywhere(result.stdout);
  const server = /server version: (\d+)/.exec(result.stderr)?.[1];
  if (/server version mismatch/.test(result.stderr) && server !== undefined) {
    throw toolMissing({ name: 'pg_dump', purpose, major: Number(server), found: tool });
  }
  throw dumpFailed(result, password, options.signal?.aborted === true);
}

/**
 * Makes the objects of a dumped schema on the stage, in one transaction; the roles they belong to must be there. The
 * session's settings are reset. Throws `stage-build-failed` where the stage's server refuses a statement.
 */
export async function applySchema(session: Session, schema: string): Promise<void> {
  const statements = splitScript(schema, { path: 'schema', firstLine: 1 });
  await session.query('BEGIN');
  for (const { sql } of statements) {
    try {
      await session.query(sql);
    } catch (cause) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw refusedSchema(sql, cause);
    }
  }
  await session.query('COMMIT');
  // A dump empties the search path and relaxes checks for the rest of its session.
  await session.query('RESET ALL');
}

function refusedSchema(sql: string, cause: unknown): ChangeSafetyError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const sqlState = asServerError(cause)?.code ?? null;
  return new ChangeSafetyError({
    code: 'stage-build-failed',
    message: `The stage refused a statement of the dumped schema: ${reason}\n${sql.slice(0, 300)}`,
    remedy:
      missingExtension({ code: sqlState, message: reason }) === null
        ? 'Rehearse on the major that the database runs (--server-major).'
        : 'Bring a server that has the extension: --server-bin or --stage-url.',
    effect: 'rolled-back',
    sqlState,
    cause,
  });
}

/** The connection string without its password, which other users of the machine could read among the arguments. */
export function withoutPassword(url: string): { readonly bare: string; readonly password: string | null } {
  const inAuthority = /^(postgres(?:ql)?:\/\/[^:@/?]*):([^@/?]*)@/.exec(url);
  if (inAuthority !== null) {
    const rest = withoutPassword(`${inAuthority[1]}@${url.slice(inAuthority[0].length)}`);
    return { bare: rest.bare, password: rest.password ?? decodeURIComponent(inAuthority[2] as string) };
  }
  const inQuery = /([?&])password=([^&]*)(&?)/.exec(url);
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    if (inQuery === null) return { bare: url, password: null };
    const kept = inQuery[3] === '' ? '' : inQuery[1];
    return { bare: url.replace(inQuery[0], kept as string), password: decodeURIComponent(inQuery[2] as string) };
  }
  const asKeyword = /(^|\s)password\s*=\s*('(?:[^'\\]|\\.)*'|\S+)\s*/.exec(url);
  if (asKeyword === null) return { bare: url, password: null };
  const written = asKeyword[2] as string;
  const password = (written.startsWith("'") ? written.slice(1, -1) : written).replaceAll(/\\(.)/g, '$1');
  return { bare: url.replace(asKeyword[0], asKeyword[1] as string).trim(), password };
}

/** Takes out what only psql understands, and a setting that servers before 17 refuse. */
export function runnableAnywhere(dump: string): string {
  const token = /^\\restrict (\w+)$/m.exec(dump)?.[1];
  const plain =
    token === undefined ? dump : dump.replace(`\\restrict ${token}\n`, '').replace(`\\unrestrict ${token}\n`, '');
  return plain.replace(/^SET transaction_timeout = 0;\n/m, '');
}

function dumpFailed(result: CommandResult, password: string | null, wasInterrupted: boolean): ChangeSafetyError {
  if (wasInterrupted) {
    const fields = { message: 'Reading the schema was interrupted.', remedy: 'Run it again.', effect: 'none' } as const;
    return new ChangeSafetyError({ code: 'interrupted', ...fields });
  }
  const said = result.startError?.message ?? result.stderr.trim();
  return new ChangeSafetyError({
    code: 'command-failed',
    message: `pg_dump could not read the schema: ${password ? said.replaceAll(password, '***') : said}`,
    remedy: 'Check that the address is right and that the user may read all tables of the database.',
    effect: 'none',
  });
}
