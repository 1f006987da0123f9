import { basename } from 'node:path';
import type { ConnectionTarget } from '../../foundation/postgres/connection-target.js';
import { mentionsFullDisk } from '../../foundation/runtime/disk-space.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import { type CommandResult, runCommand } from '../../foundation/runtime/run-command.js';
import { type ClientTool, listClientTools, toolMissing } from '../../foundation/stage/find-client-tool.js';
import { ChangeSafetyError, type Effect } from '../../model/change-safety-error.js';

export interface ProgramNeed {
  readonly name: 'pg_dump' | 'pg_restore';
  /** Of the server, or of the program that wrote the archive: an older one refuses it. */
  readonly major: number;
  /** What it is needed for, as the end of a sentence. */
  readonly purpose: string;
  readonly environment: Environment;
  /** Folder of programs that is looked into first; null for none. */
  readonly serverBin: string | null;
}

/**
 * The oldest program that is new enough: of the server's own major where there is one, since a newer one may write what
 * an older pg_restore cannot read. @throws ChangeSafetyError `tool-missing`, with the package to install.
 */
export async function requireProgram(need: ProgramNeed): Promise<ClientTool> {
  const { name, major, purpose, environment, serverBin } = need;
  const tools = await listClientTools(name, environment, serverBin === null ? [] : [serverBin]);
  const chosen = chooseProgram(tools, major);
  if (chosen !== null) return chosen;
  const found = tools.reduce<ClientTool | null>((best, tool) => (tool.major > (best?.major ?? 0) ? tool : best), null);
  throw toolMissing({ name, purpose, major, found });
}

/** The first of the oldest major that is not older than the wanted one; null if all are. */
export function chooseProgram(tools: readonly ClientTool[], major: number): ClientTool | null {
  const fitting = tools.filter((tool) => tool.major >= major);
  return fitting.reduce<ClientTool | null>(
    (best, tool) => (best === null || tool.major < best.major ? tool : best),
    null,
  );
}

export interface ProgramRun {
  readonly tool: ClientTool;
  readonly args: readonly string[];
  /** Null where the program only reads files. */
  readonly target: ConnectionTarget | null;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Settings of its sessions (`-c name=value`). */
  readonly sessionOptions?: string;
}

/** A program that is asked to end cancels its own queries first. */
const patienceMs = 5_000;

/**
 * Runs pg_dump or pg_restore. The password goes by the environment, which only the same user can read and which leaves
 * no file behind when this process is killed; nothing secret stands among the arguments.
 */
export function runProgram({
  tool,
  args,
  target,
  environment,
  signal,
  sessionOptions,
}: ProgramRun): Promise<CommandResult> {
  const inherited = Object.entries(environment.variables).filter(([name]) => !name.startsWith('PG'));
  const options = [target?.options, sessionOptions].filter((text) => text !== undefined).join(' ');
  const env = {
    ...Object.fromEntries(inherited),
    ...(target !== null && connectionVariables(target)),
    ...(options !== '' && { PGOPTIONS: options }),
    PGAPPNAME: applicationNameOf(tool),
    LC_ALL: 'C',
  };
  return runCommand(tool.path, args, { env, signal, patienceMs });
}

/** As pg_stat_activity shows its sessions. */
export function applicationNameOf({ path }: ClientTool): string {
  return `lockkeeper ${basename(path)}`;
}

function connectionVariables(target: ConnectionTarget): Readonly<Record<string, string>> {
  return {
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGDATABASE: target.database,
    PGUSER: target.user,
    ...(target.password !== undefined && { PGPASSWORD: target.password }),
    ...target.toolVariables,
  };
}

export interface ProgramFailure {
  readonly result: CommandResult;
  readonly signal: AbortSignal;
  /** What could not be done, as the beginning of a sentence: `The backup could not be made`. */
  readonly failed: string;
  readonly remedy: string;
  readonly effect: Effect;
}

/** What a program's failure means: somebody interrupted it, the disk is full, or it said why. */
export function programFailed({ result, signal, failed, remedy, effect }: ProgramFailure): ChangeSafetyError {
  if (signal.aborted) {
    return new ChangeSafetyError({ code: 'interrupted', message: `${failed}: it was interrupted.`, remedy, effect });
  }
  const said = result.startError?.message ?? firstErrors(result.stderr);
  const isFull = mentionsFullDisk(said);
  return new ChangeSafetyError({
    code: isFull ? 'disk-full' : 'command-failed',
    message: `${failed}: ${said === '' ? 'the program ended without a word' : said}`,
    remedy: isFull ? 'Make room on that disk, or choose another with --out.' : remedy,
    effect,
  });
}

/** The first errors, each with what explains it; else the end of what it said. */
export function firstErrors(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const errors = lines.flatMap((line, place) => (/error:|fatal:/i.test(line) ? lines.slice(place, place + 3) : []));
  return [...new Set(errors.length > 0 ? errors : lines.slice(-6))].slice(0, 8).join('\n');
}
