import { join } from 'node:path';
import { type ConnectionSources, isOpenToOthers, readIfThere } from './connection-sources.js';

export interface PasswordRequest {
  /** A host name, or `localhost` for a unix socket in its usual folder. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface PasswordFile {
  /** The password of the first line that fits; null without one. */
  find(request: PasswordRequest): string | null;
  /** In words, what was looked at. */
  readonly described: string;
}

/** ~/.pgpass, or the file that is named. One that others may read is ignored, as libpq does. */
export function openPasswordFile(named: string | undefined, sources: ConnectionSources): PasswordFile {
  const path = named ?? join(sources.home, '.pgpass');
  const text = readIfThere(path);
  if (text === null) return { find: () => null, described: `${path} (which does not exist)` };
  if (isOpenToOthers(path)) {
    return { find: () => null, described: `${path} (ignored, since others may read it: chmod 600)` };
  }
  const entries = text.split('\n').map(readEntry);
  return {
    find: (request) => entries.find((entry) => entry !== null && fits(entry, request))?.[4] ?? null,
    described: path,
  };
}

/** host:port:database:user:password; a backslash before a colon or a backslash. */
function readEntry(line: string): readonly string[] | null {
  if (line.startsWith('#')) return null;
  const fields = line.replace(/\r$/, '').match(/(?:\\[^]|[^:\\])+/g);
  if (fields === null || fields.length < 5) return null;
  return fields.map((field) => (field === '*' ? field : field.replaceAll(/\\([^])/g, '$1')));
}

function fits(entry: readonly string[], { host, port, database, user }: PasswordRequest): boolean {
  return [host, String(port), database, user].every((value, place) => ['*', value].includes(entry[place] as string));
}
