import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Environment } from '../runtime/environment.js';
import { runCommand } from '../runtime/run-command.js';

export type ClientToolName = 'psql' | 'pg_dump' | 'pg_restore';

export interface ClientTool {
  readonly path: string;
  readonly major: number;
}

/** Where packages put the tools of several majors side by side: Debian and Ubuntu, Red Hat, Homebrew. */
const packageFolders: readonly { readonly root: string; readonly folder: RegExp; readonly below: string }[] = [
  { root: '/usr/lib/postgresql', folder: /^\d+$/, below: 'bin' },
  { root: '/usr', folder: /^pgsql-\d+$/, below: 'bin' },
  { root: '/opt/homebrew/opt', folder: /^(postgresql@\d+|libpq)$/, below: 'bin' },
  { root: '/usr/local/opt', folder: /^(postgresql@\d+|libpq)$/, below: 'bin' },
];

/** The newest of the tool's versions on this machine: each also serves older servers. Null if there is none. */
export async function findClientTool(name: ClientToolName, environment: Environment): Promise<ClientTool | null> {
  const tools = await listClientTools(name, environment);
  return tools.reduce<ClientTool | null>((newest, tool) => (tool.major > (newest?.major ?? 0) ? tool : newest), null);
}

/** Every version of the tool on this machine: in the folders that are given, on PATH, and where packages put it. */
export async function listClientTools(
  name: ClientToolName,
  environment: Environment,
  given: readonly string[] = [],
): Promise<readonly ClientTool[]> {
  const onPath = (environment.variables['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [...given, ...onPath, ...(await Promise.all(packageFolders.map(listFolders))).flat()];
  const tools: ClientTool[] = [];
  for (const path of new Set(folders.map((folder) => join(folder, name)))) {
    const major = (await isExecutable(path)) ? await readMajor(path) : null;
    if (major !== null) tools.push({ path, major });
  }
  return tools;
}

export interface MissingTool {
  readonly name: ClientToolName;
  /** What it was needed for, as the end of a sentence. */
  readonly purpose: string;
  /** The oldest major that would do; null for any. */
  readonly major: number | null;
  readonly found: ClientTool | null;
}

export function toolMissing({ name, purpose, major, found }: MissingTool): ChangeSafetyError {
  const version = major === null ? '' : ` ${major}`;
  const state = found === null ? 'is not on this machine' : `on this machine is version ${found.major}`;
  return new ChangeSafetyError({
    code: 'tool-missing',
    message: `${name} ${state}; ${name}${version}${major === null ? '' : ' or newer'} is needed to ${purpose}.`,
    remedy:
      `Install PostgreSQL's client programs: postgresql-client${major === null ? '' : `-${major}`} on Debian and Ubuntu ` +
      `(newer majors from apt.postgresql.org), postgresql${version.trim()} on Red Hat, libpq with Homebrew. ` +
      `Then have ${name} on PATH.`,
    effect: 'none',
  });
}

async function listFolders({ root, folder, below }: (typeof packageFolders)[number]): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => folder.test(name)).map((name) => join(root, name, below));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function readMajor(path: string): Promise<number | null> {
  const { exitCode, stdout } = await runCommand(path, ['--version'], { timeoutMs: 10_000 });
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  return exitCode === 0 && major !== undefined ? Number(major) : null;
}
