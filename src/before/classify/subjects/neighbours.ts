import type { Node } from '@pgsql/types';
import { parseOnce } from '../../../foundation/sql/parse-once.js';
import type { Statement } from '../../../model/sql-text.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';

/** The trees of the statements that come before this one in its migration; what cannot be parsed is left out. */
export function earlierNodes({ index }: JudgedStatement, { migration }: RuleContext): readonly Node[] {
  return nodesOf(migration.statements.slice(0, index));
}

/** The trees of the statements that follow this one in its migration. */
export function laterNodes({ index }: JudgedStatement, { migration }: RuleContext): readonly Node[] {
  return nodesOf(migration.statements.slice(index + 1));
}

function nodesOf(statements: readonly Statement[]): readonly Node[] {
  return statements.flatMap((statement) => {
    const parsed = parseOnce(statement);
    const node = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
    return node === undefined ? [] : [node];
  });
}
