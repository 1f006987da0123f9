import type { Constraint, IndexStmt, RangeVar } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';
import { keyColumns } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'unique-may-fail',
  title: 'A new unique key fails on duplicates that are already there',
  why: 'One duplicate in production ends the change, after the whole build; and writers that relied on duplicates fail from then on.',
  instead: 'Count the duplicates first, repair them, and only then build the key.',
  sources: ['https://www.postgresql.org/docs/current/indexes-unique.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['IndexStmt', 'AlterTableStmt'],
  alters: ['AT_AddConstraint'],
  example: {
    setup: "CREATE TABLE users (id bigint, email text); INSERT INTO users VALUES (1, 'a'), (2, 'a');",
    unsafe: 'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);',
    safe: 'CREATE INDEX CONCURRENTLY users_email ON users (email);',
  },
  predict: (statement, context) =>
    newKeys(statement, context)
      .filter((key) => !isUniqueAlready(key, context))
      .map(({ table, columns }) => ({
        message: `It fails if rows of ${table} agree in what has to be unique.`,
        relation: table,
        certainty: 'possible' as const,
        ...(columns.length === 0 ? {} : { instead: countDuplicates(table, columns, statement) }),
      })),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '23505'),
});

interface NewKey {
  readonly table: string;
  /** Empty where expressions or a condition are part of the key. */
  readonly columns: readonly string[];
}

function newKeys(statement: JudgedStatement, context: RuleContext): readonly NewKey[] {
  const { node } = statement;
  if ('IndexStmt' in node) return node.IndexStmt.unique === true ? ofIndex(node.IndexStmt, context) : [];
  return alterations(statement, context, ['AT_AddConstraint']).flatMap(({ relation, command }) => {
    const constraint = constraintOf(command);
    return constraint === null || !buildsKey(constraint)
      ? []
      : [{ table: relation.name, columns: keyColumns(constraint.keys) }];
  });
}

/** USING INDEX takes over an index that has already been built. */
function buildsKey({ contype, indexname }: Constraint): boolean {
  return indexname === undefined && (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY');
}

function ofIndex({ relation, indexParams, whereClause }: IndexStmt, context: RuleContext): readonly NewKey[] {
  const table = existingTable(relation, context);
  if (table === null) return [];
  const columns = (indexParams ?? []).flatMap((item) =>
    'IndexElem' in item && item.IndexElem.name !== undefined ? [item.IndexElem.name] : [],
  );
  const plain = whereClause === undefined && columns.length === (indexParams ?? []).length;
  return [{ table, columns: plain ? columns : [] }];
}

function existingTable(relation: RangeVar | undefined, context: RuleContext): string | null {
  const table = relation === undefined ? null : context.relation(relation);
  return table === null || !context.existing(table.name) ? null : table.name;
}

/** A valid unique index over some of the columns lets no duplicates of all of them in. */
function isUniqueAlready({ table, columns }: NewKey, { graph }: RuleContext): boolean {
  const facts = graph?.relationNamed(table) ?? null;
  if (graph === null || facts === null) return false;
  return graph
    .indexes(facts.oid)
    .some(
      ({ index }) =>
        index?.unique === true &&
        index.valid &&
        index.predicate === null &&
        index.keys.every((key) => key !== null && columns.includes(key)),
    );
}

function countDuplicates(table: string, columns: readonly string[], { statement }: JudgedStatement): string {
  const keys = columns.map(quoteIdentifier).join(', ');
  return [
    '-- before: must return no row',
    `SELECT ${keys}, count(*) FROM ${table} GROUP BY ${keys} HAVING count(*) > 1;`,
    '-- then',
    `${statement.sql};`,
  ].join('\n');
}
