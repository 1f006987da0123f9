import { join } from 'node:path';
import type { ConnectionTarget } from '../../foundation/postgres/connection-target.js';
import type { CommandResult } from '../../foundation/runtime/run-command.js';
import type { Environment } from '../../foundation/runtime/environment.js';
import type { ClientTool } from '../../foundation/stage/find-client-tool.js';
import { fileNames } from './backup-names.js';
import { runProgram } from './client-program.js';

export interface ArchiveRun {
  readonly tool: ClientTool;
  /** The backup's folder. */
  readonly path: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** What is in the archive, as pg_restore lists it; without a server. */
export function listArchive({ path, ...run }: ArchiveRun): Promise<CommandResult> {
  return runProgram({ ...run, args: ['--list', join(path, fileNames.dump)], target: null });
}

export interface RestoreRun extends ArchiveRun {
  readonly target: ConnectionTarget;
  readonly flags: readonly string[];
  readonly sessionOptions?: string;
}

/** Restores the archive into the target's database; the first error ends it. */
export function restoreArchive({ path, target, flags, ...run }: RestoreRun): Promise<CommandResult> {
  const args = ['--exit-on-error', '--no-password', ...flags, `--dbname=${databaseArgument(target)}`];
  return runProgram({ ...run, args: [...args, join(path, fileNames.dump)], target });
}

/** A name that holds an equals sign, or begins as a URI does, would be read as a connection string. */
function databaseArgument({ database }: ConnectionTarget): string {
  const isPlain = !database.includes('=') && !/^postgres(?:ql)?:\/\//.test(database);
  return isPlain ? database : `dbname='${database.replaceAll(/['\\]/g, '\\$&')}'`;
}
