import { readComments } from '../../../../../foundation/sql/read-comments.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';
import { droppedRelations } from '../../../subjects/dropped-relations.js';

export default defineRule({
  id: 'destructive-without-rollback',
  title: 'A destructive change without a way back',
  why: 'When it turns out to be wrong there is no script to run and nobody has written down what to restore from where.',
  instead: 'Give the migration its down script, or say in a comment how to get back (`-- Rollback: …`).',
  sources: ['https://www.postgresql.org/docs/current/backup.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'file',
  example: {
    setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY);',
    unsafe: 'DROP TABLE invoices;',
    safe: '-- Rollback: restore invoices from the backup of the same night\nDROP TABLE invoices;',
  },
  predict: ({ migration, statements, contexts, text }) => {
    if (migration.down !== null) return [];
    const position = statements.findIndex((statement, index) => {
      const context = contexts[index];
      return context !== undefined && takesDataAway(statement, context);
    });
    const first = statements[position];
    if (first === undefined || tellsTheWayBack(text)) return [];
    return [
      {
        message: 'The migration takes something away and does not say how to get it back.',
        line: first.statement.span.line,
      },
    ];
  },
  unobservable: 'Whether there is a way back is written in files and not in a database.',
});

function tellsTheWayBack(text: string): boolean {
  return readComments(text).some((comment) =>
    /\broll\s?back\b|\birreversible\b|\brestor(e|ed|able)\b/i.test(comment.text),
  );
}

/** Rows, columns or positions of what was there before are gone; views and functions can be made again from the text. */
function takesDataAway(statement: JudgedStatement, context: RuleContext): boolean {
  const { node, effects } = statement;
  if ('DropdbStmt' in node || 'DropOwnedStmt' in node) return true;
  if ('TruncateStmt' in node) {
    return effects.locks.some(({ relation, created }) => created !== true && context.existing(relation));
  }
  if ('AlterTableStmt' in node) return alterations(statement, context, ['AT_DropColumn']).length > 0;
  if (!('DropStmt' in node)) return false;
  return (
    node.DropStmt.removeType === 'OBJECT_SCHEMA' ||
    droppedRelations(statement, context, ['OBJECT_TABLE', 'OBJECT_SEQUENCE']).length > 0
  );
}
