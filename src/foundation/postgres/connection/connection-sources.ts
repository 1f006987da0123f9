import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../runtime/environment.js';
import { connectionProblem } from './connection-problem.js';

/** What completes a connection string: variables, files of the user and of the machine, the user's own name. */
export interface ConnectionSources {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly userName: string;
  /** Folders of the system-wide service file, the first that has one counts. */
  readonly systemFolders: readonly string[];
  /** Folders in which a server of this machine keeps its unix socket. */
  readonly socketFolders: readonly string[];
}

export function connectionSources({ variables, home }: Environment): ConnectionSources {
  const named = variables['PGSYSCONFDIR'];
  return {
    variables,
    home,
    userName: userInfo().username,
    // Where Debian, Red Hat and a build from source look.
    systemFolders: named ? [named] : ['/etc/postgresql-common', '/etc/sysconfig/pgsql', '/usr/local/pgsql/etc'],
    socketFolders: ['/var/run/postgresql', '/tmp'],
  };
}

/** The text of a file that need not exist. Throws for one that is there and cannot be read. */
export function readIfThere(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw connectionProblem(
      `${path} cannot be read (${(cause as Error).message})`,
      'Check the permissions of the file.',
    );
  }
}

/** Others than the owner may read or write it. */
export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & 0o077) !== 0;
}

/** libpq's own default, which depends on who built it: the folder whose server listens, else this machine by name. */
export function defaultHost({ socketFolders }: ConnectionSources, port: number): string {
  return socketFolders.find((folder) => existsSync(join(folder, `.s.PGSQL.${port}`))) ?? 'localhost';
}
