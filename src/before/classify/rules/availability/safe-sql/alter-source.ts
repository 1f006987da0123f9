import type { AlterTableStmt } from '@pgsql/types';
import { characterAt, endOfName, splitAtCommas } from '../../../../../foundation/sql/slice-source.js';
import type { JudgedStatement } from '../../../judged-statement.js';

/** An ALTER TABLE taken apart along its own text, so that it can be put together otherwise without printing a tree. */
export interface AlterSource {
  /** `ALTER TABLE ONLY orders`, as it stands there. */
  readonly head: string;
  /** The text of each sub-command, in their order. */
  readonly clauses: readonly string[];
  /** Where each begins in the statement. */
  readonly starts: readonly number[];
  readonly sql: string;
}

/** Null where the text at hand is not that of the statement alone: inside a body. */
export function alterSource({ statement, inside }: JudgedStatement, alter: AlterTableStmt): AlterSource | null {
  const { sql } = statement;
  if (inside !== null || alter.relation?.location === undefined) return null;
  const start = endOfName(sql, characterAt(sql, alter.relation.location));
  const parts = splitAtCommas(sql, start, sql.length);
  if (parts.length !== (alter.cmds ?? []).length) return null;
  return {
    head: sql.slice(0, start).trimEnd(),
    clauses: parts.map(({ text }) => text),
    starts: parts.map((part) => part.start),
    sql,
  };
}

/** The statement with some of its sub-commands in other words, or without them (null); '' when none is left. */
export function withClauses({ head, clauses }: AlterSource, changes: ReadonlyMap<number, string | null>): string {
  const kept = clauses.flatMap((clause, index) => {
    const changed = changes.get(index);
    return changed === null ? [] : [changed ?? clause];
  });
  return kept.length === 0 ? '' : `${head} ${kept.join(', ')};`;
}
