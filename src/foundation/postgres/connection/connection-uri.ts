import { connectionProblem } from './connection-problem.js';
import { asKeyword, type Keyword, type Settings } from './keywords.js';

const scheme = /^postgres(?:ql)?:\/\//;

export function isConnectionUri(text: string): boolean {
  return scheme.test(text);
}

/** `postgresql://[user[:password]@][host[:port],…][/dbname][?keyword=value&…]`, every part percent-encoded. */
export function parseConnectionUri(text: string): Settings {
  const settings = new Map<Keyword, string>();
  const [address = '', ...query] = text.replace(scheme, '').split('?');
  const at = /^[^@/]*@/.exec(address);
  if (at !== null) readUser(at[0].slice(0, -1), settings);
  const rest = address.slice(at?.[0].length ?? 0);
  const slash = rest.indexOf('/');
  readHosts(slash < 0 ? rest : rest.slice(0, slash), settings);
  if (slash >= 0) put(settings, 'dbname', decode(rest.slice(slash + 1)));
  for (const part of query.join('?').split('&')) {
    if (part !== '') readParameter(part, settings);
  }
  return settings;
}

function readUser(text: string, settings: Map<Keyword, string>): void {
  const colon = text.indexOf(':');
  put(settings, 'user', decode(colon < 0 ? text : text.slice(0, colon)));
  if (colon >= 0) put(settings, 'password', decode(text.slice(colon + 1)));
}

function readHosts(text: string, settings: Map<Keyword, string>): void {
  const places = text.split(',').map((place) => {
    const match = /^(?:\[([^\]]+)\]|([^:[]*))(?::(.*))?$/.exec(place);
    if (match === null) throw connectionProblem('a host and its port are not readable');
    return { host: decode(match[1] ?? match[2] ?? ''), port: decode(match[3] ?? '') };
  });
  if (places.some(({ host }) => host !== '')) settings.set('host', places.map(({ host }) => host).join(','));
  if (places.some(({ port }) => port !== '')) settings.set('port', places.map(({ port }) => port).join(','));
}

function readParameter(part: string, settings: Map<Keyword, string>): void {
  const [name = '', value, more] = part.split('=');
  const keyword = decode(name);
  if (value === undefined || more !== undefined) throw connectionProblem(`"${keyword}" needs one "=" and a value`);
  // The spelling of JDBC, which libpq takes too.
  if (keyword === 'ssl' && value === 'true') settings.set('sslmode', 'require');
  else settings.set(asKeyword(keyword), decode(value));
}

function put(settings: Map<Keyword, string>, keyword: Keyword, value: string): void {
  if (value !== '') settings.set(keyword, value);
}

function decode(text: string): string {
  if (/%(?![0-9a-f]{2})|%00/i.test(text)) throw connectionProblem('a percent sign needs two hexadecimal digits');
  try {
    return decodeURIComponent(text);
  } catch {
    throw connectionProblem('its percent-encoded bytes are not UTF-8');
  }
}
