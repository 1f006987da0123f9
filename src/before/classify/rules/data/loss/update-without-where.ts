import type { UpdateStmt } from '@pgsql/types';
import { alterCommands, columnOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { meansEveryRow } from '../../../subjects/every-row.js';
import { earlierNodes } from '../../../subjects/neighbours.js';

export default defineRule({
  id: 'update-without-where',
  title: 'An UPDATE without a condition overwrites every row',
  why: 'The old values are gone, every row gets a new version, and each stays locked until COMMIT.',
  instead: 'Say which rows have to change, and change them in batches that commit by themselves.',
  sources: ['https://www.postgresql.org/docs/current/sql-update.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['UpdateStmt'],
  example: {
    setup:
      "CREATE TABLE users (id bigint PRIMARY KEY, state text); INSERT INTO users SELECT n, 'new' FROM generate_series(1, 30) n;",
    unsafe: "UPDATE users SET state = 'active';",
    safe: "UPDATE users SET state = 'active' WHERE id BETWEEN 1 AND 5;",
  },
  predict: (statement, context) => {
    const { node } = statement;
    if (!('UpdateStmt' in node) || node.UpdateStmt.relation === undefined) return [];
    const { relation, whereClause, fromClause } = node.UpdateStmt;
    if (!meansEveryRow(whereClause) || (fromClause ?? []).length > 0) return [];
    const table = context.relation(relation);
    if (table === null || !context.existing(table.name)) return [];
    if (fillsNewColumns(node.UpdateStmt, statement, context)) return [];
    return [
      {
        message: `Every row of ${table.name} is overwritten and locked until the transaction ends.`,
        relation: table.name,
      },
    ];
  },
  observe: ({ trace }) => trace.statements.some(({ rowsWritten }) => rowsWritten !== null && rowsWritten >= 30),
});

/** Columns that the migration adds itself hold nothing yet that could be lost. */
function fillsNewColumns(
  { relation, targetList }: UpdateStmt,
  statement: JudgedStatement,
  context: RuleContext,
): boolean {
  const added = earlierNodes(statement, context).flatMap((node) =>
    'AlterTableStmt' in node && node.AlterTableStmt.relation?.relname === relation?.relname
      ? alterCommands(node.AlterTableStmt).flatMap((command) =>
          command.subtype === 'AT_AddColumn' ? [columnOf(command)?.colname] : [],
        )
      : [],
  );
  return (targetList ?? []).every((item) => 'ResTarget' in item && added.includes(item.ResTarget.name));
}
