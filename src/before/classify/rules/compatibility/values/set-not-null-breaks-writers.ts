import type { AlterTableCmd } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints, columnOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import { alterations, lacksColumn } from '../../../subjects/alterations.js';
import { earlierOnColumn } from '../../../subjects/earlier-alterations.js';

export default defineRule({
  id: 'set-not-null-breaks-writers',
  title: 'Writers that leave the column out fail',
  why: 'An old application version that does not know the column, or sends NULL, gets an error for each INSERT.',
  instead: 'Give the column a default, or release writers that always fill it, before NOT NULL is set.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_SetNotNull'],
  example: {
    setup: 'CREATE TABLE users (id bigint, country text);',
    unsafe: 'DELETE FROM users WHERE country IS NULL; ALTER TABLE users ALTER COLUMN country SET NOT NULL;',
    safe: `ALTER TABLE users ALTER COLUMN country SET DEFAULT 'NO';
UPDATE users SET country = 'NO' WHERE country IS NULL;
ALTER TABLE users ALTER COLUMN country SET NOT NULL;`,
    application: 'INSERT INTO users (id) VALUES (1)',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_SetNotNull'])
      .filter((one) => !lacksColumn(one) && one.column?.notNull !== true)
      .filter(({ command, column }) => {
        if (column !== null && (column.default !== null || column.identity)) return false;
        const name = command.name ?? '';
        const earlier = [
          ...earlierOnColumn(statement, context, { kind: 'AT_ColumnDefault', column: name }),
          ...earlierOnColumn(statement, context, { kind: 'AT_AddColumn', column: name }),
        ];
        return !earlier.some(givesDefault);
      })
      .map(({ relation, command, column }) => ({
        message: `An INSERT into ${relation.name} that leaves ${quoteIdentifier(command.name ?? '')} out fails.`,
        relation: relation.name,
        certainty: column === null ? ('possible' as const) : ('certain' as const),
      })),
  observe: ({ applicationError }) => applicationError === '23502',
});

function givesDefault(command: AlterTableCmd): boolean {
  if (command.subtype === 'AT_ColumnDefault') return command.def !== undefined;
  const column = columnOf(command);
  return (
    column !== null &&
    columnConstraints(column).some(({ contype }) =>
      ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'].includes(contype ?? ''),
    )
  );
}
