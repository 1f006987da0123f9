import { volatility } from '../../../../../foundation/effects/alter/volatility.js';
import { isConstrained, resolveType } from '../../../../../foundation/effects/alter/resolve-type.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { addedColumns, constraintOfKind } from './added-columns.js';

export default defineRule({
  id: 'add-domain-column',
  title: 'ADD COLUMN of a domain with constraints writes the whole table anew',
  why: 'Each row, even where the column is null, is checked against the domain: every row and every index is written again under an ACCESS EXCLUSIVE lock.',
  instead: "Add a column of the domain's own type with a CHECK … NOT VALID that says the same, and VALIDATE that.",
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  needsSchema: true,
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddColumn'],
  example: {
    setup: `CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE users (id bigint PRIMARY KEY);`,
    unsafe: 'ALTER TABLE users ADD COLUMN address email;',
    safe: `ALTER TABLE users ADD COLUMN address text;
ALTER TABLE users ADD CONSTRAINT address_is_email CHECK (address LIKE '%@%') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT address_is_email;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    const { graph } = context;
    if (altered === null || graph === null || rewritesExisting(statement, context) === null) return [];
    const { name } = altered.table;
    return addedColumns(altered.commands)
      .filter((added) => {
        const type = resolveType(added.column.typeName, context);
        const fill = constraintOfKind(added, 'CONSTR_DEFAULT')?.raw_expr;
        // A volatile default has a rule of its own.
        const computed = fill !== undefined && volatility(fill, context) !== null;
        return type !== null && isConstrained(type, graph) && !computed;
      })
      .map((added) => ({
        message: `All of ${name} is written anew to check ${quoteIdentifier(added.name)} against its domain; nobody reads or writes it meanwhile.`,
        relation: name,
      }));
  },
  observe: rewrites,
});
