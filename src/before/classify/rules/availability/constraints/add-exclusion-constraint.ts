import { constraintOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import { alteredTable, scansExisting } from '../altered-table.js';
import { buildsIndexExclusively } from './observed.js';

export default defineRule({
  id: 'add-exclusion-constraint',
  title: 'ADD EXCLUDE builds its index while nobody can read or write the table',
  why: 'An exclusion constraint has neither a CONCURRENTLY nor a NOT VALID: ALTER TABLE holds an ACCESS EXCLUSIVE lock for the whole build.',
  instead:
    'Create a second table with the constraint, copy the rows over in batches while a trigger keeps both in step, and swap the names; or take a maintenance window.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint'],
  example: {
    setup: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange);',
    unsafe: 'ALTER TABLE bookings ADD CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&);',
    safe: 'CREATE TABLE bookings_next (LIKE bookings INCLUDING ALL, EXCLUDE USING gist (during WITH &&));',
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    if (!altered.commands.some((command) => constraintOf(command)?.contype === 'CONSTR_EXCLUSION')) return [];
    const { name } = altered.table;
    return [
      {
        message: `Nobody reads or writes ${name} until all of it is read and the constraint's index is built.`,
        relation: name,
      },
    ];
  },
  observe: buildsIndexExclusively,
});
