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

export type TransactionStatus = 'idle' | 'open' | 'failed';

const statusByLetter: Readonly<Record<string, TransactionStatus>> = { I: 'idle', T: 'open', E: 'failed' };

/**
 * One connection to a server. Its errors are the driver's DatabaseError, untranslated: the caller knows what
 * the failure means for the database. A broken connection never ends the process; it shows in `closed`.
 */
export interface Session extends AsyncDisposable {
  readonly pid: number;
  readonly target: ConnectionTarget;
  readonly closed: boolean;
  /** The server's own word: idle, in a transaction, in a failed one. */
  readonly transactionStatus: TransactionStatus;
  /** Values are bound. Without values the text goes as one simple query, so it may hold several statements. */
  query(sql: string, values?: readonly unknown[]): Promise<QueryResult>;
  /** Returns how to stop listening. */
  onNotice(listener: (notice: Notice) => void): () => void;
  /** The driver's client, for COPY streams. */
  readonly client: pg.Client;
  /** Drops the connection without a word: what waits for an answer on it fails. */
  cut(): void;
}

export interface ConnectOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
}

/** The server asked for a password that nobody gave. */
export class PasswordMissing extends Error {}

/**
 * Everything about the connection is in the target: the driver would fill a gap from PG… variables, which speak of
 * another server than one of our own.
 */
function openClient(target: ConnectionTarget, options: ConnectOptions): pg.Client {
  const { host, port, database, user, passwordHint = 'nobody gave one' } = target;
  return new pg.Client({
    host: target.address ?? host,
    port,
    database,
    user,
    password:
      target.password ??
      (() => {
        throw new PasswordMissing(`the server asks for a password: ${passwordHint}`);
      }),
    ssl: target.tls ?? false,
    sslnegotiation: target.directTls === true && target.tls !== undefined ? 'direct' : 'postgres',
    // Not empty, for then PGOPTIONS would count.
    options: target.options ?? ' ',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? target.connectTimeoutMs ?? 10_000,
  });
}

export async function connect(target: ConnectionTarget, options: ConnectOptions): Promise<Session> {
  const client = openClient(target, options);
  let closed = false;
  let transactionStatus: TransactionStatus = 'idle';
  client.on('error', () => {
    closed = true;
  });
  client.on('end', () => {
    closed = true;
  });
  wireOf(client).on('readyForQuery', (message) => {
    transactionStatus = statusByLetter[message.status] ?? 'idle';
  });
  try {
    await client.connect();
  } catch (cause) {
    // A server that waits for a password would keep the process waiting with it.
    wireOf(client).stream.destroy();
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
    get transactionStatus() {
      return transactionStatus;
    },
    onNotice: (listener) => listenForNotices(client, listener),
    cut: () => wireOf(client).stream.destroy(),
    [Symbol.asyncDispose]: () => endClient(client),
  };
}

/** A server that is gone without a word never answers the farewell. */
const farewellMs = 2_000;

async function endClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => wireOf(client).stream.destroy(), farewellMs);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

function listenForNotices(client: pg.Client, listener: (notice: Notice) => void): () => void {
  const hear = (notice: { severity?: string; code?: string; message?: string }): void =>
    listener({ severity: notice.severity ?? 'NOTICE', code: notice.code ?? '00000', message: notice.message ?? '' });
  client.on('notice', hear);
  return () => client.off('notice', hear);
}

/** The driver tells of an error before the server has said how its transaction stands. */
async function untilReady(client: pg.Client): Promise<void> {
  const wire = wireOf(client);
  const { readyForQuery } = client as unknown as { readonly readyForQuery: boolean };
  if (readyForQuery || wire.stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      wire.off('readyForQuery', done);
      client.off('end', done);
      resolve();
    };
    wire.on('readyForQuery', done);
    client.on('end', done);
  });
}

async function run(client: pg.Client, sql: string, values?: readonly unknown[]): Promise<QueryResult> {
  const asking = values === undefined ? client.query(sql) : client.query(sql, [...values]);
  const answer: unknown = await asking.catch(async (cause: unknown) => {
    await untilReady(client);
    throw cause;
  });
  const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult<Row>;
  return { rows: last.rows, rowCount: last.rowCount, command: last.command };
}

interface Wire {
  readonly stream: { readonly destroyed: boolean; destroy(): void };
  on(event: 'readyForQuery', listener: (message: { readonly status: string }) => void): void;
  off(event: 'readyForQuery', listener: (message: { readonly status: string }) => void): void;
}

/** The driver keeps the transaction status to itself; its connection emits the message that carries it. */
function wireOf(client: pg.Client): Wire {
  return (client as unknown as { readonly connection: Wire }).connection;
}
