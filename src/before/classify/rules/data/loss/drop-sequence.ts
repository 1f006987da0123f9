import { defineRule } from '../../../rule.js';
import { certaintyOfDrop, droppedRelations } from '../../../subjects/dropped-relations.js';

export default defineRule({
  id: 'drop-sequence',
  title: 'Dropping a sequence loses its position',
  why: 'Numbers that were given out are forgotten: whoever makes it again starts over and meets keys that exist.',
  instead: 'Write down its last value, release code that does not use it, and drop it in a later change.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropsequence.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'CREATE SEQUENCE invoice_numbers;',
    unsafe: 'DROP SEQUENCE invoice_numbers;',
    safe: 'CREATE SEQUENCE draft_numbers; DROP SEQUENCE draft_numbers;',
    application: "SELECT nextval('invoice_numbers')",
  },
  predict: (statement, context) =>
    droppedRelations(statement, context, ['OBJECT_SEQUENCE']).map(({ name }) => ({
      message: `The position of ${name} is gone, and whoever asks it for a number fails.`,
      relation: name,
      certainty: certaintyOfDrop(statement, context),
      instead: `SELECT last_value, is_called FROM ${name}; -- keep the answer\n-- in a later change:\nDROP SEQUENCE ${name};`,
    })),
  observe: ({ applicationError }) => applicationError !== null,
});
