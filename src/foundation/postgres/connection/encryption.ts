import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { connectionProblem } from './connection-problem.js';
import { readIfThere } from './connection-sources.js';
import type { Keyword, Settings } from './keywords.js';

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof sslModes)[number];

/** One way to open a connection: in clear (null), or encrypted. */
export type Encryption = ConnectionOptions | null;

/** The ways to try, in order, as sslmode says. `host` is what the certificate must name. */
export function chooseEncryption(settings: Settings, host: string, home: string): readonly Encryption[] {
  const mode = readSslMode(settings);
  // libpq never encrypts a unix socket, whatever sslmode says.
  if (host.startsWith('/') || mode === 'disable') return [null];
  const encrypted = tlsOptions(settings, { mode, host, home });
  if (mode === 'allow') return [null, encrypted];
  return mode === 'prefer' ? [encrypted, null] : [encrypted];
}

function readSslMode(settings: Settings): SslMode {
  const system = settings.get('sslrootcert') === 'system';
  const given = settings.get('sslmode') || (system ? 'verify-full' : 'prefer');
  const mode = sslModes.find((known) => known === given);
  if (mode === undefined) {
    throw connectionProblem(`sslmode "${given}" is not one of ${sslModes.join(', ')}`, 'Correct sslmode or PGSSLMODE.');
  }
  if (system && mode !== 'verify-full')
    throw connectionProblem('sslrootcert=system needs sslmode=verify-full', 'Leave sslmode out.');
  return mode;
}

interface TlsNeed {
  readonly mode: SslMode;
  readonly host: string;
  readonly home: string;
}

function tlsOptions(settings: Settings, { mode, host, home }: TlsNeed): ConnectionOptions {
  const root = settings.get('sslrootcert') || join(home, '.postgresql', 'root.crt');
  const ca = root === 'system' ? undefined : (readIfThere(root) ?? undefined);
  const verifies = root === 'system' || ca !== undefined;
  if (!verifies && mode.startsWith('verify')) {
    throw connectionProblem(
      `sslmode=${mode} needs the root certificate ${root}, which does not exist`,
      'Name it in sslrootcert, or use sslrootcert=system for a public authority.',
    );
  }
  return {
    ...clientCertificate(settings, home),
    ...(ca !== undefined && { ca }),
    ...optionalFile('crl', settings, 'sslcrl'),
    rejectUnauthorized: verifies,
    minVersion: (settings.get('ssl_min_protocol_version') || 'TLSv1.2') as SecureVersion,
    ...(settings.get('ssl_max_protocol_version') && {
      maxVersion: settings.get('ssl_max_protocol_version') as SecureVersion,
    }),
    checkServerIdentity: (_, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  };
}

function clientCertificate(settings: Settings, home: string): ConnectionOptions {
  if (settings.get('sslcertmode') === 'disable') return {};
  const usual = (name: string) => join(home, '.postgresql', name);
  const path = settings.get('sslcert') || usual('postgresql.crt');
  if (!settings.get('sslcert') && !existsSync(path)) return {};
  return {
    cert: mustRead(path),
    key: mustRead(settings.get('sslkey') || usual('postgresql.key')),
    ...(settings.get('sslpassword') && { passphrase: settings.get('sslpassword') }),
  };
}

function optionalFile(option: 'crl', settings: Settings, keyword: Keyword): ConnectionOptions {
  const path = settings.get(keyword);
  return path ? { [option]: mustRead(path) } : {};
}

function mustRead(path: string): string {
  const text = readIfThere(path);
  if (text === null) throw connectionProblem(`${path} does not exist`, 'Correct sslcert, sslkey or sslcrl.');
  return text;
}
