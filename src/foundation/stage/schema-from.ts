import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Session } from '../postgres/session.js';
import type { Environment } from '../runtime/environment.js';
import { type CommandResult, runCommand } from '../runtime/run-command.js';
import { findClientTool, toolMissing } from './find-client-tool.js';

export interface DumpSchemaOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

const purpose = 'read the schema of a database';

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

/** Makes the objects of a dumped schema on the stage. The session keeps its settings. Errors are the server's. */
export async function applySchema(session: Session, schema: string): Promise<void> {
  try {
    await session.query(schema);
  } finally {
    // A dump empties the search path and relaxes checks for the rest of its session.
    if (!session.closed) await session.query('RESET ALL');
  }
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
  const asKeyword = /(^|\s)password\s*=\s*('(?:[^'\\]|\\.)*'|\S+)/.exec(url);
  if (asKeyword === null) return { bare: url, password: null };
  const written = asKeyword[2] as string;
  const password = (written.startsWith("'") ? written.slice(1, -1) : written).replaceAll(/\\(.)/g, '$1');
  return { bare: url.replace(asKeyword[0], asKeyword[1] as string).trim(), password };
}

/** Takes out what only psql understands, and a setting that servers before 17 refuse. */
function runnableAnywhere(dump: string): string {
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
