import type { Statement } from '../../model/sql-text.js';
import type { Notice, StatementError } from '../../model/trace.js';
import type { Observation } from '../observers/statement-observer.js';

/** One statement as it ran. Times are performance.now() in milliseconds. */
export interface StatementRun {
  readonly statement: Statement;
  readonly transactionBlock: 'allowed' | 'refused';
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the transaction that held its locks ended; null while it is still open. */
  readonly releasedAt: number | null;
  readonly observation: Observation;
  readonly notices: readonly Notice[];
  readonly error: StatementError | null;
}

export type ScriptOutcome =
  | { readonly kind: 'applied' }
  /** Nothing of the script remains in the database. */
  | { readonly kind: 'rolled-back' }
  /** Statements that committed before the failure remain. */
  | { readonly kind: 'partial'; readonly appliedStatements: number }
  /** The connection was lost while a COMMIT was under way. */
  | { readonly kind: 'indeterminate' };

export interface ScriptRun {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly statements: readonly StatementRun[];
  readonly commitMs: number | null;
  readonly outcome: ScriptOutcome;
}

export interface RunProgress {
  readonly path: string;
  readonly statementNumber: number;
  readonly statementCount: number;
  readonly sql: string;
}
