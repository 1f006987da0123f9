import type { Notice } from '../../model/trace.js';
import type { ObserveSession, Observation } from '../observers/statement-observer.js';
import type { ConnectionTarget } from '../postgres/connection-target.js';

/** A door to a stage for any program that speaks to PostgreSQL: what it does there is observed. */
export interface Tap extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly password: string;
  /** A `postgresql://` URL with the password in it. */
  connectionString(database: string): string;
}

export interface TapOptions {
  /** The server, and the user in whose name every client works there, whatever name it gives itself. */
  readonly upstream: ConnectionTarget;
  /** Each session gets this role's rights once it is logged in. Default: those of the user that logs in. */
  readonly role?: string | null;
  /** Called once for each connection, before the client hears that it is ready. */
  readonly observe: ObserveSession;
  readonly onStatement: (statement: TappedStatement) => void;
  readonly onTransactionEnd: (end: TappedTransactionEnd) => void;
  readonly onSessionEnd: (end: TappedSessionEnd) => void;
}

/** The server's error in its own words; `code` is null when the connection broke. */
export interface TappedError {
  readonly code: string | null;
  readonly message: string;
  /** 1-based, in characters of the statement's own `sql`. */
  readonly position: number | null;
  readonly detail: string | null;
  readonly hint: string | null;
}

/** One statement as a client sent it. Times are performance.now() in milliseconds. */
export interface TappedStatement {
  /** Connections are numbered from 1, in the order of their coming. */
  readonly sessionNumber: number;
  readonly sql: string;
  readonly via: 'simple' | 'extended' | 'copy';
  readonly startedAt: number;
  readonly endedAt: number;
  /** By its text, or because the server said so. */
  readonly transactionBlock: 'allowed' | 'refused';
  /** A transaction outlived it, so that its locks were read exactly. */
  readonly inTransaction: boolean;
  /** BEGIN, COMMIT and their kin: told, but not observed. */
  readonly controlsTransaction: boolean;
  readonly rowCount: number | null;
  readonly notices: readonly Notice[];
  readonly error: TappedError | null;
  readonly observation: Observation;
}

/** The end of a transaction in which something ran, those of a single statement included. */
export interface TappedTransactionEnd {
  readonly sessionNumber: number;
  readonly outcome: 'committed' | 'rolled-back';
  /** When its end was asked for: `endedAt - startedAt` is the time of the COMMIT. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface TappedSessionEnd {
  readonly sessionNumber: number;
  readonly endedAt: number;
  readonly cause: 'client-left' | 'server-left' | 'observer-failed';
  /** Null when the client left. */
  readonly error: Error | null;
}
