import { connectionProblem } from './connection-problem.js';

/** libpq's keywords and one of our own, each with the variable that fills it when nothing else does. */
const variables = {
  application_name: 'PGAPPNAME',
  channel_binding: 'PGCHANNELBINDING',
  client_encoding: 'PGCLIENTENCODING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  dbname: 'PGDATABASE',
  fallback_application_name: null,
  gssdelegation: 'PGGSSDELEGATION',
  gssencmode: 'PGGSSENCMODE',
  gsslib: 'PGGSSLIB',
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  keepalives: null,
  keepalives_count: null,
  keepalives_idle: null,
  keepalives_interval: null,
  krbsrvname: 'PGKRBSRVNAME',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
  // No word of libpq: the schemas of a tenant, its own first, as JSON.
  lockkeeper_search_path: null,
  max_protocol_version: 'PGMAXPROTOCOLVERSION',
  min_protocol_version: 'PGMINPROTOCOLVERSION',
  options: 'PGOPTIONS',
  passfile: 'PGPASSFILE',
  password: 'PGPASSWORD',
  port: 'PGPORT',
  replication: null,
  require_auth: 'PGREQUIREAUTH',
  requirepeer: 'PGREQUIREPEER',
  service: 'PGSERVICE',
  servicefile: 'PGSERVICEFILE',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  sslcert: 'PGSSLCERT',
  sslcertmode: 'PGSSLCERTMODE',
  sslcompression: 'PGSSLCOMPRESSION',
  sslcrl: 'PGSSLCRL',
  sslcrldir: 'PGSSLCRLDIR',
  sslkey: 'PGSSLKEY',
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslpassword: null,
  sslrootcert: 'PGSSLROOTCERT',
  sslsni: 'PGSSLSNI',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  tcp_user_timeout: null,
  user: 'PGUSER',
} as const;

export type Keyword = keyof typeof variables;
export type Settings = ReadonlyMap<Keyword, string>;

export function isKeyword(name: string): name is Keyword {
  return Object.hasOwn(variables, name);
}

export function asKeyword(name: string): Keyword {
  if (isKeyword(name)) return name;
  throw connectionProblem(`libpq has no parameter "${name}"`, 'Correct it or take it out.');
}

/** What the PG… variables say. */
export function readVariables(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Map<Keyword, string>();
  for (const [keyword, variable] of Object.entries(variables)) {
    const value = variable === null ? undefined : environment[variable];
    if (value !== undefined) settings.set(keyword as Keyword, value);
  }
  return settings;
}

/** A promise that this client could not keep must not be taken silently. Everything else unused is harmless here. */
export function refuseUnkeepable(settings: Settings): void {
  const demands: readonly (readonly [Keyword, (value: string) => boolean])[] = [
    ['channel_binding', (value) => value === 'require'],
    ['gssencmode', (value) => value === 'require'],
    ['require_auth', (value) => value !== ''],
    ['requirepeer', (value) => value !== ''],
    ['sslcertmode', (value) => value === 'require'],
    ['sslcrldir', (value) => value !== ''],
    ['replication', (value) => !/^(?:|false|off|no|0)$/.test(value)],
  ];
  const broken = demands.find(([keyword, isDemand]) => isDemand(settings.get(keyword) ?? ''));
  if (broken === undefined) return;
  const [keyword] = broken;
  throw connectionProblem(
    `${keyword}=${settings.get(keyword)} is not supported here`,
    `Take ${keyword} out (it may come from ${variables[keyword] ?? 'the string'}), or connect another way.`,
  );
}
