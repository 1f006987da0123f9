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

const dataChanges: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt']);

/** Whether a statement leaves the schema as it is, whatever it calls: a query may run any function, so it may not. */
export function keepsSchema(tree: ParseResult): boolean {
  return Object.keys(tree.stmts?.[0]?.stmt ?? {}).every((type) => dataChanges.has(type));
}
