/** Where a statement stands in a file. Lines and columns are 1-based; columns count characters, not bytes. */
export interface SourceSpan {
  /** Path as shown to people: relative to the project's folder, with forward slashes. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
}

/** One statement as it is sent to the server. */
export interface Statement {
  /** The source text, without leading comments, trailing semicolon or white space. Never rewritten. */
  readonly sql: string;
  readonly span: SourceSpan;
  /** Rows that follow `COPY … FROM stdin`, exactly as they stand in the file, without the `\.` line. */
  readonly copyData: string | null;
}

/**
 * How a migration meets transactions:
 * - `single`: the runner opens one transaction around the whole migration;
 * - `implicit`: the tool sends the file as one query string, so the server makes several statements one transaction;
 * - `none`: each statement commits by itself, as psql would run it; BEGIN and COMMIT in the file count.
 */
export type TransactionMode = 'single' | 'implicit' | 'none';

export interface TransactionPlan {
  readonly mode: TransactionMode;
  /** Why, in words for the report: the tool's rule, an opt-out in the file, or a statement that refuses a block. */
  readonly reason: string;
}
