import type { AlterTableCmd, CreateStmt, IndexStmt } from '@pgsql/types';
import { resolveType } from '../../../../../foundation/effects/alter/resolve-type.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import { columnOf } from '../../../alter-commands.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'if-not-exists-no-op',
  title: 'IF NOT EXISTS does nothing, and what is there is different',
  why: 'The name is taken, so the statement passes with a notice; what the migration wanted is not there, and later statements build on it.',
  instead: 'Look why it exists. Bring it to the wanted form with ALTER, or choose another name.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
  concern: 'data',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateStmt', 'IndexStmt', 'AlterTableStmt'],
  needsSchema: true,
  example: {
    setup: 'CREATE TABLE carriers (id bigint PRIMARY KEY);',
    unsafe: 'CREATE TABLE IF NOT EXISTS carriers (id bigint PRIMARY KEY, name text);',
    safe: 'CREATE TABLE IF NOT EXISTS shippers (id bigint PRIMARY KEY, name text);',
  },
  predict: (statement, context) => {
    const { node } = statement;
    if ('CreateStmt' in node) return node.CreateStmt.if_not_exists === true ? judgeTable(node.CreateStmt, context) : [];
    if ('IndexStmt' in node) return node.IndexStmt.if_not_exists === true ? judgeIndex(node.IndexStmt, context) : [];
    return alterations(statement, context, ['AT_AddColumn']).flatMap(({ relation, command }) =>
      relation.facts === null || command.missing_ok !== true ? [] : judgeColumn(relation.facts, command, context),
    );
  },
  observe: ({ trace }) =>
    trace.statements.some(({ notices }) => notices.some(({ code }) => code === '42P07' || code === '42701')),
});

function judgeTable({ relation, tableElts }: CreateStmt, context: RuleContext): readonly Hit[] {
  const found = relation === undefined ? null : context.relation(relation);
  if (found === null || found.facts === null || !context.existing(found.name)) return [];
  const known = found.facts.columns;
  const wanted = (tableElts ?? []).flatMap((item) => ('ColumnDef' in item ? [item.ColumnDef] : []));
  const lacking = wanted.filter(({ colname }) => !known.some(({ name }) => name === colname));
  const other = wanted.filter(({ colname, typeName }) => {
    const type = resolveType(typeName, context);
    const column = known.find(({ name }) => name === colname);
    return type !== null && column !== undefined && column.type !== type.oid;
  });
  const differences = [
    ...lacking.map(({ colname }) => `lacks ${quoteIdentifier(colname ?? '')}`),
    ...other.map(({ colname }) => `has another type for ${quoteIdentifier(colname ?? '')}`),
  ];
  if (differences.length === 0) return [];
  return [{ message: `${found.name} exists and stays as it is: it ${differences.join(', ')}.`, relation: found.name }];
}

function judgeColumn(table: SchemaRelation, command: AlterTableCmd, context: RuleContext): readonly Hit[] {
  const wanted = columnOf(command);
  const column = table.columns.find(({ name }) => name === wanted?.colname);
  const type = resolveType(wanted?.typeName, context);
  if (column === undefined || type === null || type.oid === column.type) return [];
  const name = quoteIdentifier(column.name);
  return [{ message: `${name} of ${table.name} exists and stays ${column.typeText}.`, relation: table.name }];
}

function judgeIndex({ idxname, relation, indexParams }: IndexStmt, context: RuleContext): readonly Hit[] {
  const table = relation === undefined ? null : context.relation(relation);
  const found = context.graph?.findRelation(table?.facts?.schema ?? null, idxname ?? '', context.searchPath) ?? null;
  if (found === null || table === null || !context.existing(found.name)) return [];
  if (found.index !== null && !found.index.valid) {
    return [{ message: `${found.name} exists and is INVALID: it stays so.`, relation: table.name, severity: 'error' }];
  }
  const keys = (indexParams ?? []).map((item) => ('IndexElem' in item ? (item.IndexElem.name ?? null) : null));
  if (found.index !== null && found.index.table === table.facts?.oid && found.index.keys.join() === keys.join())
    return [];
  return [{ message: `${found.name} exists and is another index than the one that is wanted.`, relation: table.name }];
}
