import pg from 'pg';
import type { Notice } from '../../model/trace.js';
import type { ConnectionTarget } from './connection-target.js';
import { connectionError } from './server-error.js';

export type Row = Readonly<Record<string, unknown>>;

export interface QueryResult {
  readonly rows: readonly Row[];
  /** Rows that the command says it touched; null for commands that do not say. */
  readonly rowCount: number | null;
  readonly command: string;
}

/**
 * One connection to a server. Its errors are the driver's DatabaseError, untranslated: the caller knows what
 * the failure means for the database. A broken connection never ends the process; it shows in `closed`.
 */
export interface Session extends AsyncDisposable {
  readonly pid: number;
  readonly target: ConnectionTarget;
  readonly closed: boolean;
  /** Values are bound. Without values the text goes as one simple query, so it may hold several statements. */
  query(sql: string, values?: readonly unknown[]): Promise<QueryResult>;
  onNotice(listener: (notice: Notice) => void): void;
  /** The driver's client, for COPY streams. */
  readonly client: pg.Client;
}

export interface ConnectOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
}

export async function connect(target: ConnectionTarget, options: ConnectOptions): Promise<Session> {
  const client = new pg.Client({
    ...target,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
  });
  let closed = false;
  client.on('error', () => {
    closed = true;
  });
  client.on('end', () => {
    closed = true;
  });
  try {
    await client.connect();
  } catch (cause) {
    throw connectionError(target, cause);
  }
  return {
    pid: (client as unknown as { readonly processID: number }).processID,
    target,
    client,
    get closed() {
      return closed;
    },
    query: (sql, values) => run(client, sql, values),
    onNotice: (listener) => {
      client.on('notice', (notice) =>
        listener({
          severity: notice.severity ?? 'NOTICE',
          code: notice.code ?? '00000',
          message: notice.message ?? '',
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await client.end().catch(() => undefined);
    },
  };
}

async function run(client: pg.Client, sql: string, values?: readonly unknown[]): Promise<QueryResult> {
  const answer: unknown = values === undefined ? await client.query(sql) : await client.query(sql, [...values]);
  const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult<Row>;
  return { rows: last.rows, rowCount: last.rowCount, command: last.command };
}
