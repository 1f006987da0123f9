import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'drop-database',
  title: 'Dropping a database loses all of it',
  why: 'Every schema and row is gone at once, and no transaction can take it back.',
  instead: 'Forbid connections, keep a tested backup, and let an operator drop it by hand after the retention time.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropdatabase.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['DropdbStmt'],
  example: {
    setup: '',
    unsafe: 'DROP DATABASE IF EXISTS legacy;',
    safe: 'ALTER DATABASE postgres CONNECTION LIMIT -1;',
  },
  predict: ({ node }) => {
    if (!('DropdbStmt' in node)) return [];
    const name = quoteIdentifier(node.DropdbStmt.dbname ?? '');
    return [
      {
        message: `Database ${name} is gone for good.`,
        instead: `ALTER DATABASE ${name} ALLOW_CONNECTIONS false;\n-- drop it by hand when its backup has been restored once`,
      },
    ];
  },
  unobservable: 'What is lost stands in another database than the one that a change is tried on.',
});
