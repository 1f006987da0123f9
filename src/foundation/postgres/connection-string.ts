import type { ConnectionTarget } from './connection-target.js';
import { connectionProblem } from './connection/connection-problem.js';
import { type ConnectionSources, defaultHost } from './connection/connection-sources.js';
import { isConnectionUri, parseConnectionUri } from './connection/connection-uri.js';
import { chooseEncryption, type Encryption } from './connection/encryption.js';
import { parseKeywordValues } from './connection/keyword-values.js';
import { type Keyword, readVariables, refuseUnkeepable, type Settings } from './connection/keywords.js';
import { searchPathSql } from './tenant-session.js';
import { openPasswordFile, type PasswordFile } from './connection/password-file.js';
import { readService } from './connection/service-file.js';

const sessionKinds = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** One host of a connection string, and the ways to try it. */
export interface ConnectionCandidate {
  readonly target: ConnectionTarget;
  readonly encryptions: readonly Encryption[];
}

/** Everything that a connection string means, in the order in which it is to be tried. */
export interface ConnectionPlan {
  readonly candidates: readonly ConnectionCandidate[];
  readonly sessionKind: SessionKind;
}

/**
 * Reads a URI or `keyword=value` pairs as libpq does: what the string leaves out comes from its service, then from the
 * PG… variables, then from defaults; a password also from the password file. Throws `usage`, without quoting secrets.
 * Hosts are tried in their order, load_balance_hosts or not.
 */
export function parseConnectionString(text: string, sources: ConnectionSources): ConnectionPlan {
  const settings = completeSettings(
    isConnectionUri(text) ? parseConnectionUri(text) : parseKeywordValues(text),
    sources,
  );
  refuseUnkeepable(settings);
  const kind = settings.get('target_session_attrs') || 'any';
  const sessionKind = sessionKinds.find((known) => known === kind);
  if (sessionKind === undefined) throw connectionProblem(`target_session_attrs "${kind}" is none of libpq's`);
  const passwords = openPasswordFile(settings.get('passfile') || undefined, sources);
  const candidates = readPlaces(settings, sources).map((place) => ({
    target: makeTarget(settings, place, { sources, passwords }),
    encryptions: chooseEncryption(settings, place.host, sources.home),
  }));
  return { candidates, sessionKind };
}

function completeSettings(given: Settings, sources: ConnectionSources): Settings {
  const fromVariables = readVariables(sources.variables);
  const value = (keyword: Keyword) => given.get(keyword) || fromVariables.get(keyword) || undefined;
  const service = value('service');
  const ofService = service === undefined ? new Map() : readService(service, value('servicefile'), sources);
  return new Map([...fromVariables, ...ofService, ...given]);
}

interface Place {
  readonly host: string;
  readonly address: string | null;
  readonly port: number;
}

function readPlaces(settings: Settings, sources: ConnectionSources): readonly Place[] {
  const list = (keyword: Keyword) => settings.get(keyword)?.split(',') ?? [''];
  const [hosts, addresses, ports] = [list('host'), list('hostaddr'), list('port')];
  const names = settings.get('hostaddr') ? addresses : hosts;
  if (settings.get('hostaddr') && settings.get('host') && hosts.length !== addresses.length)
    throw connectionProblem(`${hosts.length} hosts do not fit ${addresses.length} addresses`);
  if (ports.length !== 1 && ports.length !== names.length)
    throw connectionProblem(`${ports.length} ports do not fit ${names.length} hosts`);
  return names.map((_, index) => {
    const port = readPort(ports.length === 1 ? ports[0] : ports[index]);
    const address = addresses[index] || null;
    return { host: hosts[index] || address || defaultHost(sources, port), address, port };
  });
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return 5432;
  const port = Number(text);
  if (/^\s*\d+\s*$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw connectionProblem(`"${text}" is not a port`, 'A port is a number from 1 to 65535.');
}

interface Helpers {
  readonly sources: ConnectionSources;
  readonly passwords: PasswordFile;
}

function makeTarget(settings: Settings, place: Place, { sources, passwords }: Helpers): ConnectionTarget {
  const { host, port, address } = place;
  const user = settings.get('user') || sources.userName;
  const database = settings.get('dbname') || user;
  // A socket in its usual folder goes by the name of the machine itself.
  const name = sources.socketFolders.includes(host) ? 'localhost' : host;
  const password = settings.get('password') || passwords.find({ host: name, port, database, user });
  return {
    host,
    port,
    database,
    user,
    ...(password
      ? { password }
      : { passwordHint: `not in the connection string, PGPASSWORD or ${passwords.described}` }),
    ...(address !== null && { address }),
    ...readSearchPath(settings),
    ...(settings.get('sslnegotiation') === 'direct' && { directTls: true as const }),
    ...readTimeout(settings.get('connect_timeout')),
    toolVariables: toolVariables(settings, address),
  };
}

/** The session's own default: RESET ALL and DISCARD ALL come back to it. The last of several settings holds. */
function readSearchPath(settings: Settings): Pick<ConnectionTarget, 'options' | 'tenant'> {
  const options = settings.get('options') ?? '';
  const searchPath = namesIn(settings.get('lockkeeper_search_path') ?? '[]');
  const [schema] = searchPath;
  if (schema === undefined) return options === '' ? {} : { options };
  // The server cuts options at blanks that have no backslash.
  const path = searchPathSql(searchPath).replace(/[\\\s]/g, '\\$&');
  return { options: `${options} -c search_path=${path}`.trim(), tenant: { schema, searchPath } };
}

function namesIn(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names)) return names.map(String);
  } catch {
    // Told below.
  }
  throw connectionProblem('lockkeeper_search_path is no list of schemas', 'Name the tenant by its target instead.');
}

/** A plan that knows of no tenant: for looking at a server as a whole. */
export function withoutTenant({ candidates, ...plan }: ConnectionPlan): ConnectionPlan {
  return {
    ...plan,
    candidates: candidates.map((one) => ({ ...one, target: { ...one.target, tenant: undefined } })),
  };
}

/** Seconds; nought and less mean for ever, for which our own limit stands. */
function readTimeout(text: string | undefined): { readonly connectTimeoutMs?: number } {
  if (!text) return {};
  if (!/^\s*-?\d+\s*$/.test(text)) throw connectionProblem(`connect_timeout "${text}" is not a number of seconds`);
  return Number(text) <= 0 ? {} : { connectTimeoutMs: Number(text) * 1000 };
}

function toolVariables(settings: Settings, address: string | null): Readonly<Record<string, string>> {
  const names = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslcrl', 'sslnegotiation'] as const;
  const given = names.flatMap((name) => {
    const value = settings.get(name);
    return value ? [[`PG${name.toUpperCase()}`, value] as const] : [];
  });
  return Object.fromEntries([...given, ...(address === null ? [] : [['PGHOSTADDR', address] as const])]);
}
