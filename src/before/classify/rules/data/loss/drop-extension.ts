import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'drop-extension',
  title: 'Dropping an extension takes away its functions and types',
  why: 'Application SQL and function bodies that call it fail at run time: the server does not know of such uses and drops it without a word.',
  instead: 'Search code and function bodies for its functions, release without them, and drop it in a later change.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropextension.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'CREATE EXTENSION pgcrypto;',
    unsafe: 'DROP EXTENSION pgcrypto;',
    safe: 'ALTER EXTENSION pgcrypto UPDATE;',
    application: "SELECT gen_salt('bf')",
  },
  predict: ({ node }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_EXTENSION') return [];
    const along = node.DropStmt.behavior === 'DROP_CASCADE' ? ', and columns of its types' : '';
    return (node.DropStmt.objects ?? []).map((object) => ({
      message: `The functions and types of ${quoteIdentifier(nameParts(object).at(-1) ?? '')}${along} are gone.`,
    }));
  },
  observe: ({ applicationError }) => applicationError !== null,
});
