import { blockedTraffic } from '../../../../../model/locks.js';
import { defineRule } from '../../../rule.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { type AlterSource, alterSource, withClauses } from '../safe-sql/alter-source.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';
import { relationText } from '../safe-sql/names.js';

export default defineRule({
  id: 'validate-in-same-transaction',
  title: 'VALIDATE CONSTRAINT reads the table under a stronger lock than it needs',
  why: 'By itself VALIDATE lets the table be read and written. In the transaction that added the constraint, the lock of that statement is still held while every row is checked.',
  instead: 'Commit the constraint as NOT VALID first, and VALIDATE it in a second transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_ValidateConstraint'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);',
    unsafe: `ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT positive;`,
    safe: `ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT positive;`,
    transaction: { unsafe: 'single' },
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    if (!altered.commands.some(({ subtype }) => subtype === 'AT_ValidateConstraint')) return [];
    const { name } = altered.table;
    const blocking = [...context.held, ...statement.effects.locks].filter(
      ({ relation, mode }) => relation === name && blockedTraffic(mode) !== 'none',
    );
    if (blocking.length === 0) return [];
    const everything = blocking.some(({ mode }) => blockedTraffic(mode) === 'reads and writes');
    const source = alterSource(statement, altered.alter);
    return [
      {
        message: `${everything ? 'Reads and writes' : 'Writes'} of ${name} wait while every row is checked: a lock of this transaction stops them.`,
        relation: name,
        instead: source === null ? undefined : validateAlone(source, altered),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.transaction.mode === 'single' &&
    trace.statements.some(
      ({ scans }, index) =>
        scans.length > 0 &&
        trace.statements
          .slice(0, index)
          .some(({ locks }) =>
            locks.some(({ mode, created }) => created === undefined && blockedTraffic(mode) !== 'none'),
          ),
    ),
});

function validateAlone(source: AlterSource, { commands, relation }: AlteredTable): string {
  const validations = commands.flatMap(({ subtype }, index) => (subtype === 'AT_ValidateConstraint' ? [index] : []));
  return inSteps(
    withClauses(source, new Map(validations.map((index) => [index, null]))),
    inItsOwnTransaction,
    ...validations.map((index) => `ALTER TABLE ${relationText(relation)} ${source.clauses[index] ?? ''};`),
  );
}
