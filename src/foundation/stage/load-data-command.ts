import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Session } from '../postgres/session.js';
import { mentionsFullDisk } from '../runtime/disk-space.js';
import type { Environment } from '../runtime/environment.js';
import { type CommandResult, runCommand } from '../runtime/run-command.js';
import type { ClientTool } from './find-client-tool.js';

/** Data to load, and where to. */
export interface DataSource {
  /** A superuser's session in the database; the tools connect where it is. */
  readonly session: Session;
  readonly file: string;
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

export interface LoadCommand extends DataSource {
  readonly tool: ClientTool;
  readonly args: readonly string[];
}

/** Runs psql or pg_restore on the database, with triggers and foreign keys off. Returns what it wrote to stdout. */
export async function runLoadCommand(command: LoadCommand): Promise<string> {
  const { tool, args, environment, signal } = command;
  const { target } = command.session;
  const inherited = Object.entries(environment.variables).filter(([name]) => !name.startsWith('PG'));
  const result = await runCommand(tool.path, args, {
    env: {
      ...Object.fromEntries(inherited),
      PGHOST: target.host,
      PGPORT: String(target.port),
      PGDATABASE: target.database,
      PGUSER: target.user,
      PGPASSWORD: target.password ?? '',
      ...target.toolVariables,
      PGAPPNAME: 'lockkeeper data',
      PGOPTIONS: '-c session_replication_role=replica',
      LC_MESSAGES: 'C',
    },
    signal,
  });
  if (result.exitCode !== 0) throw loadFailed(command, result);
  return result.stdout;
}

function loadFailed({ file, signal }: LoadCommand, result: CommandResult): ChangeSafetyError {
  if (signal?.aborted === true) {
    const fields = {
      message: `Loading ${file} was interrupted.`,
      remedy: 'Run it again.',
      effect: 'rolled-back',
    } as const;
    return new ChangeSafetyError({ code: 'interrupted', ...fields });
  }
  return refusedData(file, result.startError?.message ?? firstErrors(result.stderr));
}

/** What the server, or the tool, had against the data. */
export function refusedData(file: string, said: string, cause?: unknown): ChangeSafetyError {
  const isFull = mentionsFullDisk(said);
  return new ChangeSafetyError({
    code: isFull ? 'disk-full' : 'stage-build-failed',
    message: `The data ${file} could not be loaded: ${said}`,
    remedy: isFull
      ? 'Make room, or load less data.'
      : 'The data must fit the schema as it is before the rehearsed migrations; check the table and column it names.',
    effect: 'rolled-back',
    cause,
  });
}

function firstErrors(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const errors = lines.flatMap((line, place) => (/error|fatal/i.test(line) ? lines.slice(place, place + 3) : []));
  return (errors.length > 0 ? errors.slice(0, 6) : lines.slice(-6)).join('\n');
}
