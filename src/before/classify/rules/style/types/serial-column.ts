import type { ColumnDef } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import { definedColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'serial-column',
  title: 'serial leaves rights and dumps half done',
  why: 'Who may INSERT also needs rights on a sequence that nobody named, the default can be dropped by itself, and a copy of the table shares the numbers.',
  instead: 'bigint GENERATED ALWAYS AS IDENTITY.',
  sources: ['https://www.postgresql.org/docs/current/ddl-identity-columns.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: `CREATE FUNCTION add_note() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
AS 'BEGIN INSERT INTO notes (body) VALUES (''a''); END';
ALTER FUNCTION add_note() OWNER TO app;`,
    unsafe: 'CREATE TABLE notes (id bigserial, body text); GRANT INSERT ON notes TO app; SELECT add_note();',
    safe: 'CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, body text); GRANT INSERT ON notes TO app; SELECT add_note();',
  },
  predict: (statement, context) =>
    definedColumns(statement, context)
      .filter(({ definition }) => /^(big|small)?serial[248]?$/.test(typeOf(definition)))
      .map(({ table, name, definition }) => ({
        message: `${quoteIdentifier(name)} of ${table} takes its numbers from a sequence with rights of its own.`,
        relation: table,
        ...asIdentity(definition, statement),
      })),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42501'),
});

/** The statement with the type replaced where it stands; places in the tree count bytes. */
function asIdentity({ typeName }: ColumnDef, { statement, inside }: JudgedStatement): { readonly instead?: string } {
  const bytes = Buffer.from(statement.sql);
  const start = typeName?.location ?? 0;
  const written = /^(?:big|small)?serial[248]?/i.exec(bytes.subarray(start).toString());
  if (inside !== null || written === null) return {};
  const after = bytes.subarray(start + written[0].length).toString();
  return { instead: `${bytes.subarray(0, start).toString()}bigint GENERATED ALWAYS AS IDENTITY${after};` };
}
