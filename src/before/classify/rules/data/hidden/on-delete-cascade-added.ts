import type { Constraint } from '@pgsql/types';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'on-delete-cascade-added',
  title: 'A delete in one table will change rows of another',
  why: 'With ON DELETE CASCADE or SET NULL a statement that was harmless before removes or empties rows that its author never named.',
  instead: 'ON DELETE RESTRICT, and delete the dependent rows by name, unless that is just what is wanted.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  concern: 'data',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY); INSERT INTO orders VALUES (1), (2);
CREATE TABLE items (order_id bigint); INSERT INTO items VALUES (1), (1);`,
    unsafe: `ALTER TABLE items ADD CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE NOT VALID;
DELETE FROM orders WHERE id = 1;`,
    safe: `ALTER TABLE items ADD CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES orders ON DELETE RESTRICT NOT VALID;
DELETE FROM orders WHERE id = 2;`,
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AddConstraint', 'AT_AddColumn']).flatMap(({ relation, command }) => {
      const column = columnOf(command);
      const constraint = constraintOf(command);
      const keys = [
        ...(column === null ? [] : columnConstraints(column)),
        ...(constraint === null ? [] : [constraint]),
      ];
      return keys.filter(reaches).map(({ pktable, fk_del_action: action }) => {
        const referenced = pktable === undefined ? null : context.relation(pktable);
        const loss = action === 'c' ? 'deletes rows' : 'empties values';
        return {
          message: `A DELETE in ${referenced?.name ?? pktable?.relname ?? 'the referenced table'} ${loss} of ${relation.name} from now on.`,
          relation: relation.name,
        };
      });
    }),
  observe: ({ trace }) => trace.statements.some(({ rowsWritten }) => rowsWritten !== null && rowsWritten > 1),
});

/** ON DELETE CASCADE, SET NULL or SET DEFAULT. */
function reaches({ contype, fk_del_action: action }: Constraint): boolean {
  return contype === 'CONSTR_FOREIGN' && ['c', 'n', 'd'].includes(action ?? 'a');
}
