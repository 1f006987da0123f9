import type { Node } from '@pgsql/types';
import { parseOnce } from '../../../../foundation/sql/parse-once.js';
import type { Statement } from '../../../../model/sql-text.js';
import type { JudgedStatement } from '../../judged-statement.js';
import type { RuleContext } from '../../rule-context.js';

/** A statement of the same migration, by its text alone. */
export interface OtherStatement {
  readonly node: Node;
  readonly sql: string;
}

/** Statements of the same migration before this one, in their order; what cannot be parsed is left out. */
export function earlierStatements({ index }: JudgedStatement, { migration }: RuleContext): readonly OtherStatement[] {
  return migration.statements.slice(0, index).flatMap(parsed);
}

/** Statements of the same migration after this one. */
export function laterStatements({ index }: JudgedStatement, { migration }: RuleContext): readonly OtherStatement[] {
  return migration.statements.slice(index + 1).flatMap(parsed);
}

function parsed(statement: Statement): readonly OtherStatement[] {
  const answer = parseOnce(statement);
  const node = answer.ok ? answer.tree.stmts?.[0]?.stmt : undefined;
  return node === undefined ? [] : [{ node, sql: statement.sql }];
}
