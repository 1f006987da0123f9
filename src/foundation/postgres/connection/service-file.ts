import { join } from 'node:path';
import { connectionProblem } from './connection-problem.js';
import { type ConnectionSources, readIfThere } from './connection-sources.js';
import { isKeyword, type Keyword, type Settings } from './keywords.js';

/** The settings of a named service: from the user's file (or the one that is named), else from the system's. */
export function readService(name: string, named: string | undefined, sources: ConnectionSources): Settings {
  const own = named ?? join(sources.home, '.pg_service.conf');
  const shared = sources.systemFolders.map((folder) => join(folder, 'pg_service.conf'));
  const looked: string[] = [];
  for (const path of [own, ...shared]) {
    const text = readIfThere(path);
    if (text === null && path === named) throw connectionProblem(`the service file ${path} does not exist`, remedy);
    const found = text === null ? null : findService(text, name, path);
    if (found !== null) return found;
    looked.push(path);
  }
  throw connectionProblem(`no service "${name}" in ${looked.join(', ')}`, remedy);
}

const remedy = 'Define it as [name] with lines such as host=… and dbname=…, or correct PGSERVICE or PGSERVICEFILE.';

function findService(text: string, name: string, path: string): Settings | null {
  let settings: Map<Keyword, string> | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (settings !== null) return settings;
      if (line.startsWith(`[${name}]`)) settings = new Map();
    } else if (settings !== null) {
      const [keyword, value] = readLine(line, `${path}:${index + 1}`);
      if (!settings.has(keyword)) settings.set(keyword, value);
    }
  }
  return settings;
}

function readLine(line: string, place: string): readonly [Keyword, string] {
  const equals = line.indexOf('=');
  const keyword = line.slice(0, Math.max(equals, 0));
  if (/^ldaps?:\/\//i.test(line)) throw connectionProblem(`${place} looks the service up by LDAP, which is not read`);
  if (isKeyword(keyword) && keyword !== 'service' && keyword !== 'servicefile')
    return [keyword, line.slice(equals + 1)];
  throw connectionProblem(
    `${place} is not a parameter of a service`,
    'Write keyword=value, without spaces around "=".',
  );
}
