import { readComments } from '../../../../../foundation/sql/read-comments.js';
import { kindOfStatement } from '../../../assessment/statement-kind.js';
import { defineRule } from '../../../rule.js';

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
      return context !== undefined && kindOfStatement(statement, context) === 'destructive schema change';
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
  return readComments(text).some((comment) => /\broll\s?back\b|\birreversible\b|\brestor(e|ed|able)\b/i.test(comment.text));
}
