import type { TransactionMode } from '../../model/sql-text.js';
import type { FormatOptions, ProjectFiles } from './project-files.js';
import type { StateTable } from './state-table.js';

export type { FormatOptions, ProjectFiles };

/** How an adapter decides transactions: `auto` lets the reader look at the statements, as psql users expect. */
export type DeclaredTransaction = { readonly mode: TransactionMode | 'auto'; readonly reason: string };

/** A piece of a file that the tool runs as one script. */
export interface RawScript {
  readonly path: string;
  readonly text: string;
  /** 1-based line of the file where `text` begins. */
  readonly firstLine: number;
  readonly transaction: DeclaredTransaction;
  /** psql's own commands (`\i`, `\set`…) are understood; other tools send them to the server, which refuses them. */
  readonly psql?: boolean;
  /** Another statement delimiter than the semicolon (Atlas, Liquibase); null: the whole text is one statement. */
  readonly delimiter?: string | null;
  /** Further files whose bytes are part of this script (`--!include`, Liquibase includes). */
  readonly includes?: readonly string[];
}

export interface RawMigration {
  readonly id: string;
  readonly name: string;
  /** Several pieces of one file (dbmate allows several up sections) are joined in order. */
  readonly up: RawScript;
  readonly down: RawScript | null;
  readonly repeatable?: boolean;
}

export interface RawProject {
  /** In the order in which the tool itself applies them. */
  readonly migrations: readonly RawMigration[];
  readonly transactionScope: 'migration' | 'run';
  readonly notes: readonly string[];
}

/** One tool's migrations on disk: pure over given files. */
export interface Format {
  readonly id: string;
  readonly title: string;
  /** What in the folder speaks for this tool, in words; null when nothing does. The most telling format wins, by list order. */
  matches(files: ProjectFiles): string | null;
  read(files: ProjectFiles, options: FormatOptions): RawProject;
  /** Where the tool writes down what it has applied; absent for what keeps no account. */
  readonly stateTable?: StateTable;
}

export function defineFormat(format: Format): Format {
  return format;
}
