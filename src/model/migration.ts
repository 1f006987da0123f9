import type { Statement, TransactionPlan } from './sql-text.js';

/** A promise that a header comment makes (`-- Estimated Duration: 30 seconds`), to be compared with what is measured. */
export type Claim =
  | { readonly kind: 'duration'; readonly text: string; readonly line: number; readonly durationMs: number }
  | { readonly kind: 'complexity'; readonly text: string; readonly line: number; readonly level: Complexity };

export type Complexity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** One file that a migration consists of, includes counted, with the SHA-256 (hex) of its raw bytes. */
export interface SourceFile {
  readonly path: string;
  readonly sha256: string;
}

/** A script that can be run: the forward or the down half of a migration. */
export interface Script {
  readonly path: string;
  readonly transaction: TransactionPlan;
  readonly statements: readonly Statement[];
}

export interface Migration extends Script {
  /** The identity that the team's own tool uses (a version, or a name). */
  readonly id: string;
  readonly name: string;
  readonly down: Script | null;
  /** Runs again whenever its text changes (Flyway `R__`, Liquibase `runOnChange`). */
  readonly repeatable: boolean;
  readonly claims: readonly Claim[];
  readonly sources: readonly SourceFile[];
}

/** A project's migrations in the order of its own tool. */
export interface Project {
  readonly format: string;
  /** Absolute path of the folder that was read. */
  readonly dir: string;
  readonly migrations: readonly Migration[];
  /** `run`: the tool puts all pending migrations into one transaction (Drizzle, node-pg-migrate); else `migration`. */
  readonly transactionScope: 'migration' | 'run';
  /** What the reader noticed and did not refuse: a missing rollback, a gap, a file that was left out. */
  readonly notes: readonly string[];
}
