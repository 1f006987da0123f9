import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'rename-enum-value',
  title: 'Renaming an enum value breaks code that knows the old one',
  why: 'Old code that writes or compares the old label fails, and code that reads meets a label that it does not know.',
  instead: 'Add the new value, teach every reader both, move the rows in batches, and leave the old value unused.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  concern: 'compatibility',
  severity: 'error',
  scope: 'statement',
  on: ['AlterEnumStmt'],
  example: {
    setup:
      "CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE wanted (label text); INSERT INTO wanted VALUES ('open');",
    unsafe: "ALTER TYPE state RENAME VALUE 'open' TO 'active';",
    safe: "ALTER TYPE state ADD VALUE 'active' AFTER 'open';",
    application: 'SELECT label::state FROM wanted',
  },
  predict: ({ node }) => {
    if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal === undefined) return [];
    const { typeName, oldVal, newVal = '' } = node.AlterEnumStmt;
    const type = (typeName ?? []).flatMap(nameParts).map(quoteIdentifier).join('.');
    return [
      {
        message: `${quoteLiteral(oldVal)} of ${type} becomes ${quoteLiteral(newVal)}: code that sends the old label fails.`,
        instead: `ALTER TYPE ${type} ADD VALUE ${quoteLiteral(newVal)} AFTER ${quoteLiteral(oldVal)};\n-- then, in a migration of its own, move the rows in batches`,
      },
    ];
  },
  observe: ({ applicationError }) => applicationError === '22P02',
});
