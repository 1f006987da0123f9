import type { Constraint } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { constraintOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'constraint-breaks-writers',
  aliases: ['add-check-breaks-writers'],
  title: 'Writers that break a new constraint fail from now on',
  why: 'NOT VALID spares the old rows only: every INSERT and UPDATE is checked at once, whichever application version sends it.',
  instead: 'Release writers that keep the rule first, and watch that no new violators come before the constraint does.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
  concern: 'compatibility',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint'],
  example: {
    setup: 'CREATE TABLE orders (id bigint, total numeric);',
    unsafe: 'ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;',
    safe: 'ALTER TABLE orders ADD COLUMN discount numeric CHECK (discount >= 0);',
    application: 'INSERT INTO orders VALUES (1, -1)',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AddConstraint']).flatMap(({ relation, command }) => {
      const constraint = constraintOf(command);
      if (constraint === null || !refusesRows(constraint)) return [];
      const name = constraint.conname === undefined ? 'the new constraint' : quoteIdentifier(constraint.conname);
      return [
        {
          message: `Rows for ${relation.name} that break ${name} are refused from now on.`,
          relation: relation.name,
          certainty: 'possible' as const,
        },
      ];
    }),
  observe: ({ applicationError }) => applicationError === '23514',
});

function refusesRows({ contype, is_enforced: enforced }: Constraint): boolean {
  return (
    contype === 'CONSTR_EXCLUSION' || (enforced === true && ['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(contype ?? ''))
  );
}
