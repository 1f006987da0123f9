import { ChangeSafetyError } from '../../../model/change-safety-error.js';

export type ServerSettings = Readonly<Record<string, string>>;

export interface SettingsRequest {
  readonly socketDir: string;
  readonly port: number;
  readonly hasStatStatements: boolean;
  /** The caller's own; they win. */
  readonly settings: ServerSettings;
}

/**
 * What every cluster runs with. It is disposable, so nothing waits for the disk; whatever shapes locks, plans
 * or the bytes of the WAL stays as PostgreSQL ships it.
 */
export function clusterSettings(request: SettingsRequest): ServerSettings {
  return {
    listen_addresses: '',
    unix_socket_directories: request.socketDir,
    unix_socket_permissions: '0777',
    port: String(request.port),
    fsync: 'off',
    // Left on: an asynchronous commit reaches a standby up to 200 ms late, and without fsync it saves next to nothing.
    synchronous_commit: 'on',
    // Left on: full page images are a part of what a migration writes in production.
    full_page_writes: 'on',
    wal_level: 'replica',
    // Records stay readable after a checkpoint, and a standby that was held up finds what it missed.
    wal_keep_size: '1GB',
    // initdb derives 64 MB from the small segments; checkpoints would be far more frequent than in production.
    max_wal_size: '4GB',
    min_wal_size: '80MB',
    checkpoint_timeout: '30min',
    // A new segment of the WAL is not filled with zeros first: that is for disks that must not be full at a commit.
    wal_init_zero: 'off',
    shared_buffers: '128MB',
    track_io_timing: 'on',
    track_wal_io_timing: 'on',
    jit: 'off',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    ...(request.hasStatStatements
      ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'none' }
      : {}),
    ...request.settings,
  };
}

export interface StandbySource {
  readonly host: string;
  readonly port: number;
}

export const standbyApplicationName = 'lockkeeper_standby';

/** What a standby needs beyond the settings that it shares with its primary; these win over the caller's. */
export function standbySettings(primary: StandbySource, shared: ServerSettings): ServerSettings {
  const conninfo = {
    host: primary.host,
    port: primary.port,
    user: 'postgres',
    application_name: standbyApplicationName,
  };
  return {
    ...raisedToTemplate(shared),
    primary_conninfo: Object.entries(conninfo)
      .map(([key, value]) => `${key}=${quoteConninfo(String(value))}`)
      .join(' '),
    // Both servers start at the same time; the one that is early asks again soon.
    wal_retrieve_retry_interval: '20ms',
  };
}

/** PostgreSQL's defaults, with which the template was made. */
const templateLimits: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_wal_senders: 10,
  max_worker_processes: 8,
  max_locks_per_transaction: 64,
};

/** A standby refuses limits below those in its data directory, even where the primary has gone below them since. */
function raisedToTemplate(shared: ServerSettings): ServerSettings {
  const raised = Object.entries(templateLimits).filter(([name, limit]) => Number(shared[name] ?? limit) < limit);
  return Object.fromEntries(raised.map(([name, limit]) => [name, String(limit)]));
}

/** The settings in the syntax of postgresql.conf. Throws `usage` for what cannot be a setting. */
export function writeSettings(settings: ServerSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/i.test(name) && !/[\n\r\0]/.test(value)) {
        return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`;
      }
      throw new ChangeSafetyError({
        code: 'usage',
        message: `${JSON.stringify(name)} = ${JSON.stringify(value)} cannot be a setting of the server.`,
        remedy: 'Name a setting as in postgresql.conf, with a value on one line.',
        effect: 'none',
      });
    })
    .join('');
}

function quoteConninfo(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
