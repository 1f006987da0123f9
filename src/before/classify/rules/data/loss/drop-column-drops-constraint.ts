import type { SchemaConstraint, SchemaRelation } from '../../../../../model/schema.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'drop-column-drops-constraint',
  title: 'Dropping a column silently drops what joins it with others',
  why: 'Keys, foreign keys, checks and indexes over several columns go with any one of them, without CASCADE and without a notice.',
  instead: 'Put the guarantee on the columns that stay before the column is dropped.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DropColumn'],
  needsSchema: true,
  example: {
    setup: 'CREATE TABLE seats (flight bigint, seat text, leg int, UNIQUE (flight, seat, leg));',
    unsafe: 'ALTER TABLE seats DROP COLUMN leg;',
    safe: `ALTER TABLE seats ADD CONSTRAINT seats_key UNIQUE (flight, seat);
ALTER TABLE seats DROP CONSTRAINT seats_flight_seat_leg_key;
ALTER TABLE seats DROP COLUMN leg;`,
    application:
      "INSERT INTO seats (flight, seat) VALUES (1, '2A') ON CONFLICT DO NOTHING RETURNING (SELECT 1 / count(*) FROM pg_constraint WHERE conrelid = 'seats'::regclass AND contype = 'u')",
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_DropColumn']).flatMap(({ relation, column }) =>
      relation.facts === null || column === null ? [] : goesAlong(relation.facts, column.name, context),
    ),
  observe: ({ applicationError }) => applicationError === '22012',
});

function goesAlong(table: SchemaRelation, column: string, { graph }: RuleContext): readonly Hit[] {
  if (graph === null) return [];
  const constraints = graph.constraints(table.oid).filter((constraint) => joins(constraint, column));
  const ofConstraints = new Set(constraints.map(({ index }) => index));
  const indexes = graph
    .indexes(table.oid)
    .filter(({ oid, index }) => !ofConstraints.has(oid) && index !== null && index.keys.length > 1)
    .filter(({ index }) => index?.keys.includes(column) === true || index?.usedColumns.includes(column) === true);
  const hit = (what: string): Hit => ({
    message: `${what} goes with ${quoteIdentifier(column)} of ${table.name}.`,
    relation: table.name,
  });
  return [
    ...constraints.map(({ name, definition }) => hit(`Constraint ${quoteIdentifier(name)}, ${definition},`)),
    ...indexes.map(({ name }) => hit(`Index ${name}`)),
  ];
}

/** A constraint over this column and others. */
function joins({ kind, columns }: SchemaConstraint, column: string): boolean {
  return kind !== 'not null' && columns.length > 1 && columns.includes(column);
}
