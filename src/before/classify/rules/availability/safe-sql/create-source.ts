import type { CreateStmt } from '@pgsql/types';
import {
  characterAt,
  closingParenthesis,
  endOfName,
  type Part,
  splitAtCommas,
} from '../../../../../foundation/sql/slice-source.js';
import type { JudgedStatement } from '../../../judged-statement.js';

/** A CREATE TABLE taken apart along its own text. */
export interface CreateSource {
  /** `CREATE TABLE order_lines (` */
  readonly head: string;
  /** Columns and constraints, in the order of the tree. */
  readonly elements: readonly Part[];
  /** `) PARTITION BY …` */
  readonly tail: string;
  readonly sql: string;
}

/** Null where the text is not that of the statement alone, or has no list of columns. */
export function createSource({ statement, inside }: JudgedStatement, create: CreateStmt): CreateSource | null {
  const { sql } = statement;
  const { location } = create.relation ?? {};
  const count = (create.tableElts ?? []).length;
  if (inside !== null || location === undefined || count === 0) return null;
  const open = sql.indexOf('(', endOfName(sql, characterAt(sql, location)));
  if (open < 0) return null;
  const close = closingParenthesis(sql, open);
  const elements = splitAtCommas(sql, open + 1, close);
  if (elements.length !== count) return null;
  return { head: sql.slice(0, open + 1), elements, tail: sql.slice(close), sql };
}
