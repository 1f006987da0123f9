import type { TypeName } from '@pgsql/types';
import { resolveType } from '../../../../../foundation/effects/alter/resolve-type.js';
import { typmodOf } from '../../../../../foundation/effects/alter/type-modifier.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaColumn } from '../../../../../model/schema.js';
import { columnOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations, lacksColumn } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'column-type-breaks-application',
  title: 'Applications see the new type of a column at once',
  why: 'Prepared statements that return it fail once, and drivers hand out another kind of value (a bigint as a string, say).',
  instead: 'Add a column of the new type, and move readers and writers over before the old one goes.',
  sources: ['https://www.postgresql.org/docs/current/sql-prepare.html'],
  concern: 'compatibility',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AlterColumnType'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, pieces int);',
    unsafe: 'ALTER TABLE orders ALTER COLUMN pieces TYPE bigint;',
    safe: 'ALTER TABLE orders ALTER COLUMN pieces SET STATISTICS 200;',
    application: 'SELECT pieces FROM orders',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AlterColumnType'])
      .filter((one) => !lacksColumn(one))
      .flatMap(({ relation, command, column }) => {
        const type = columnOf(command)?.typeName;
        if (column !== null && isSame(column, type, context)) return [];
        return [
          {
            message: `Readers of ${quoteIdentifier(command.name ?? '')} in ${relation.name} get another type.`,
            relation: relation.name,
            certainty: column === null ? ('possible' as const) : ('certain' as const),
          },
        ];
      }),
  observe: ({ applicationError }) => applicationError === '0A000',
});

function isSame(column: SchemaColumn, name: TypeName | undefined, context: RuleContext): boolean {
  const type = resolveType(name, context);
  return type !== null && type.oid === column.type && typmodOf(name, type.name) === column.typmod;
}
