import type { ParseResult } from '@pgsql/types';

const dataStatements: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
  'CallStmt',
  'DoStmt',
  'ExecuteStmt',
]);

/** Whether how much a statement reads is the planner's choice, or that of the code it calls, and not its own nature. */
export function readsByPlan(tree: ParseResult): boolean {
  return Object.keys(tree.stmts?.[0]?.stmt ?? {}).some((type) => dataStatements.has(type));
}
