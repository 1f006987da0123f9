import type { ConnectionOptions } from 'node:tls';
import type { TenantPlace } from '../../model/target-settings.js';

/** Where a database is and who asks. `host` is a host name, an address, or the folder of a unix socket. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** The address to connect to where the name is only for certificates and password files. */
  readonly address?: string;
  /** Why there is no password, for the day on which the server asks for one. */
  readonly passwordHint?: string;
  /** Absent: the connection is not encrypted. */
  readonly tls?: ConnectionOptions;
  readonly directTls?: true;
  /** Command-line options for the session's server process (`-c name=value`). */
  readonly options?: string;
  /** Whose schema stands first in the search path of the session; its `options` say so to the server. */
  readonly tenant?: TenantPlace | undefined;
  readonly connectTimeoutMs?: number;
  /** Variables with which libpq's own programs connect in the same way. */
  readonly toolVariables?: Readonly<Record<string, string>>;
}
