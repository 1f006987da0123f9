import type { Node } from '@pgsql/types';
import { parseStatement } from '../../../../foundation/sql/parse.js';
import type { JudgedStatement } from '../../judged-statement.js';
import type { RuleContext } from '../../rule-context.js';

/** A statement of the same migration, by its text alone. */
export interface OtherStatement {
  readonly node: Node;
  readonly sql: string;
}

/** Statements of the same migration before this one, in their order; what cannot be parsed is left out. */
export function earlierStatements({ index }: JudgedStatement, { migration }: RuleContext): readonly OtherStatement[] {
  return migration.statements.slice(0, index).flatMap(({ sql }) => parsed(sql));
}

/** Statements of the same migration after this one. */
export function laterStatements({ index }: JudgedStatement, { migration }: RuleContext): readonly OtherStatement[] {
  return migration.statements.slice(index + 1).flatMap(({ sql }) => parsed(sql));
}

function parsed(sql: string): readonly OtherStatement[] {
  const answer = parseStatement(sql);
  const node = answer.ok ? answer.tree.stmts?.[0]?.stmt : undefined;
  return node === undefined ? [] : [{ node, sql }];
}
