import type { ColumnDef } from '@pgsql/types';
import { domainDefault, isBuiltinName, resolveType } from '../../../../../foundation/effects/alter/resolve-type.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints, columnOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type Alteration, alterations } from '../../../subjects/alterations.js';
import { typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'add-not-null-column',
  title: 'A NOT NULL column without a default cannot be added to a table with rows',
  why: 'The rows that are there would hold NULL, so the statement fails; on an empty table it passes, and writers that do not know the column fail.',
  instead: 'Add it nullable or with a constant default, fill it in batches, and set NOT NULL last.',
  sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY); INSERT INTO users VALUES (1);',
    unsafe: 'ALTER TABLE users ADD COLUMN country text NOT NULL;',
    safe: "ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'NO';",
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AddColumn']).flatMap((alteration) => judge(alteration, statement, context)),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '23502'),
});

function judge({ relation, command }: Alteration, statement: JudgedStatement, context: RuleContext): readonly Hit[] {
  const column = columnOf(command);
  const skipped =
    command.missing_ok === true && relation.facts?.columns.some(({ name }) => name === column?.colname) === true;
  if (column === null || skipped || !refusesNull(column) || relation.kind === 'foreign table') return [];
  const domain = resolveType(column.typeName, context);
  if (domain !== null && context.graph !== null && domainDefault(domain, context.graph) !== null) return [];
  const name = quoteIdentifier(column.colname ?? '');
  const sure = context.graph !== null || isBuiltinName(column.typeName);
  return [
    {
      message: `${name} is NOT NULL and has no default: it fails as soon as ${relation.name} holds a row.`,
      relation: relation.name,
      certainty: sure ? 'certain' : 'possible',
      ...(statement.inside === null ? { instead: inSmallSteps(column, relation.name, statement) } : {}),
    },
  ];
}

function inSmallSteps(column: ColumnDef, table: string, { statement }: JudgedStatement): string {
  const name = quoteIdentifier(column.colname ?? '');
  const proof = quoteIdentifier(`${column.colname ?? ''}_not_null`);
  return [
    `ALTER TABLE ${table} ADD COLUMN ${name} ${writtenType(column, statement.sql)};`,
    '-- release code that writes it, fill the old rows in batches, then, each in a transaction of its own:',
    `ALTER TABLE ${table} ADD CONSTRAINT ${proof} CHECK (${name} IS NOT NULL) NOT VALID;`,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${proof};`,
    `ALTER TABLE ${table} ALTER COLUMN ${name} SET NOT NULL, DROP CONSTRAINT ${proof};`,
  ].join('\n');
}

/** The type as it stands in the text, up to the first constraint; places in the tree count bytes. */
function writtenType(column: ColumnDef, sql: string): string {
  const places = columnConstraints(column).map(({ location }) => location ?? 0);
  const bytes = Buffer.from(sql);
  return bytes
    .subarray(column.typeName?.location ?? 0, Math.min(...places))
    .toString()
    .trim();
}

/** NOT NULL (or part of a primary key), and nothing that would give the old rows a value. */
function refusesNull(column: ColumnDef): boolean {
  if (/^(small|big)?serial[248]?$/.test(typeOf(column))) return false;
  const constraints = columnConstraints(column);
  const gives = constraints.some(
    ({ contype, raw_expr: value }) =>
      contype === 'CONSTR_IDENTITY' ||
      contype === 'CONSTR_GENERATED' ||
      (contype === 'CONSTR_DEFAULT' && !(value !== undefined && 'A_Const' in value && value.A_Const.isnull === true)),
  );
  return !gives && constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL' || contype === 'CONSTR_PRIMARY');
}
