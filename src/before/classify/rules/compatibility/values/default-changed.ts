import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { alterations, lacksColumn } from '../../../subjects/alterations.js';
import { earlierOnColumn } from '../../../subjects/earlier-alterations.js';

export default defineRule({
  id: 'default-changed',
  title: 'Writers that leave a column out get another value',
  why: 'An INSERT that does not name the column gets the new default, or none: where the column is NOT NULL it fails.',
  instead: 'Release writers that name the column first; then its default matters to nobody.',
  sources: ['https://www.postgresql.org/docs/current/ddl-default.html'],
  concern: 'compatibility',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_ColumnDefault'],
  example: {
    setup: "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, state text NOT NULL DEFAULT 'open');",
    unsafe: 'ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;',
    safe: 'ALTER TABLE orders ADD COLUMN priority int; ALTER TABLE orders ALTER COLUMN priority SET DEFAULT 3;',
    application: 'INSERT INTO orders DEFAULT VALUES',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_ColumnDefault'])
      .filter((one) => !lacksColumn(one))
      .filter(({ command }) => {
        const added = { kind: 'AT_AddColumn', column: command.name ?? '' } as const;
        return earlierOnColumn(statement, context, added).length === 0;
      })
      .flatMap(({ relation, command, column }) => {
        const dropped = command.def === undefined;
        if (dropped && column !== null && column.default === null) return [];
        const fails = dropped && column?.notNull === true;
        const name = `${quoteIdentifier(command.name ?? '')} of ${relation.name}`;
        const effect = dropped ? 'has no default any more' : 'has another default';
        return [
          {
            message: `${name} ${effect}: ${fails ? 'an INSERT that leaves it out fails' : 'an INSERT that leaves it out stores something else'}.`,
            relation: relation.name,
            ...(fails ? { severity: 'warning' as const } : {}),
          },
        ];
      }),
  observe: ({ applicationError }) => applicationError === '23502',
});
