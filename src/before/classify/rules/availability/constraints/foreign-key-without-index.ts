import type { Constraint, CreateStmt, Node, RangeVar } from '@pgsql/types';
import type { Certainty } from '../../../../../model/effects.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { alterCommands, columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedMigration, JudgedStatement } from '../../../judged-statement.js';
import { defineRule, type Hit } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { columnList, columnNames, madeUpName, relationText } from '../safe-sql/names.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'foreign-key-without-index',
  title: 'A foreign key whose columns have no index',
  why: 'Whoever deletes a referenced row, or changes its key, makes the server look for rows that refer to it: without an index by reading the whole table each time, with the row locked.',
  instead: 'Build an index that begins with the columns of the key, CONCURRENTLY.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  concern: 'availability',
  severity: 'warning',
  scope: 'change',
  example: {
    setup: 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers (id);',
    safe: `ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers (id);
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);`,
  },
  predict: (change) => {
    const indexed = indexesOf(change);
    const hits: (Hit & { readonly migration: string })[] = [];
    for (const { migration, statements, contexts } of change) {
      for (const [position, statement] of statements.entries()) {
        const context = contexts[position] as RuleContext;
        for (const key of keysOf(statement.node)) {
          const certainty = lacksIndex(key, { statement, context, indexed });
          if (certainty !== null)
            hits.push({ ...hitFor(key, { statement, context, certainty }), migration: migration.id });
        }
      }
    }
    return hits;
  },
  unobservable: 'The change itself runs as it should; it is later deletes of referenced rows that read the table.',
});

/** A foreign key, where the statement puts it. */
interface ForeignKey {
  readonly relation: RangeVar;
  readonly columns: readonly string[];
  /** The table, or at least the column, is made by the statement: no index can be there. */
  readonly fresh: boolean;
}

interface Indexed {
  readonly table: string;
  readonly columns: readonly string[];
}

function keysOf(node: Node): readonly ForeignKey[] {
  if ('CreateStmt' in node) return keysOfTable(node.CreateStmt);
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation === undefined) return [];
  const { relation } = node.AlterTableStmt;
  return alterCommands(node.AlterTableStmt).flatMap((command): readonly ForeignKey[] => {
    const column = columnOf(command);
    if (column !== null)
      return isForeign(columnConstraints(column)) ? [{ relation, columns: [column.colname ?? ''], fresh: true }] : [];
    const constraint = command.subtype === 'AT_AddConstraint' ? constraintOf(command) : null;
    if (constraint?.contype !== 'CONSTR_FOREIGN') return [];
    return [{ relation, columns: columnNames(constraint.fk_attrs), fresh: false }];
  });
}

function keysOfTable({ relation, tableElts }: CreateStmt): readonly ForeignKey[] {
  if (relation === undefined || relation.relpersistence === 't') return [];
  return (tableElts ?? []).flatMap((element) => {
    if ('ColumnDef' in element) {
      const column = element.ColumnDef;
      return isForeign(columnConstraints(column)) ? [{ relation, columns: [column.colname ?? ''], fresh: true }] : [];
    }
    if (!('Constraint' in element) || element.Constraint.contype !== 'CONSTR_FOREIGN') return [];
    return [{ relation, columns: columnNames(element.Constraint.fk_attrs), fresh: true }];
  });
}

function isForeign(constraints: readonly Constraint[]): boolean {
  return constraints.some(({ contype }) => contype === 'CONSTR_FOREIGN');
}

/** The indexes that the whole change makes, by the name of their table. */
function indexesOf(change: readonly JudgedMigration[]): ReadonlyMap<string, readonly Indexed[]> {
  const byTable = new Map<string, Indexed[]>();
  for (const { statements } of change) {
    for (const { node } of statements) {
      for (const index of indexesMade(node)) {
        const known = byTable.get(index.table);
        if (known === undefined) byTable.set(index.table, [index]);
        else known.push(index);
      }
    }
  }
  return byTable;
}

/** Indexes that a statement makes, those of keys included. */
function indexesMade(node: Node): readonly Indexed[] {
  if ('IndexStmt' in node) {
    const { relation, indexParams, whereClause } = node.IndexStmt;
    const columns = (indexParams ?? []).map((item) => ('IndexElem' in item ? (item.IndexElem.name ?? '') : ''));
    return whereClause === undefined ? [{ table: relation?.relname ?? '', columns }] : [];
  }
  if ('CreateStmt' in node) {
    const table = node.CreateStmt.relation?.relname ?? '';
    return (node.CreateStmt.tableElts ?? []).flatMap((element) => {
      if ('Constraint' in element) return keyColumns([element.Constraint], table, null);
      return 'ColumnDef' in element
        ? keyColumns(columnConstraints(element.ColumnDef), table, element.ColumnDef.colname ?? '')
        : [];
    });
  }
  if (!('AlterTableStmt' in node)) return [];
  const table = node.AlterTableStmt.relation?.relname ?? '';
  return alterCommands(node.AlterTableStmt).flatMap((command) => {
    const column = columnOf(command);
    if (column !== null) return keyColumns(columnConstraints(column), table, column.colname ?? '');
    const constraint = constraintOf(command);
    return constraint === null ? [] : keyColumns([constraint], table, null);
  });
}

function keyColumns(constraints: readonly Constraint[], table: string, column: string | null): readonly Indexed[] {
  if (constraints.length === 0) return [];
  return constraints
    .filter(({ contype }) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE')
    .map(({ keys }) => ({ table, columns: column === null ? columnNames(keys) : [column] }));
}

interface Surroundings {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
  /** By the name of the table. */
  readonly indexed: ReadonlyMap<string, readonly Indexed[]>;
}

/** How sure it is that no index serves the key; null when one does. */
function lacksIndex(key: ForeignKey, { statement, context, indexed }: Surroundings): Certainty | null {
  const serves = (columns: readonly (string | null)[]): boolean => {
    const leading = columns.slice(0, key.columns.length);
    return key.columns.every((column) => leading.includes(column));
  };
  if (indexed.get(key.relation.relname ?? '')?.some(({ columns }) => serves(columns)) === true) return null;
  if (key.fresh) return statement.inside === null ? 'certain' : 'possible';
  const table = context.relation(key.relation);
  if (context.graph === null || table?.facts == null)
    return context.existing(table?.name ?? '') ? 'possible' : 'certain';
  const there = context.graph.indexes(table.facts.oid).flatMap(({ index }) => index ?? []);
  return there.some((index) => index.valid && index.predicate === null && serves(index.keys)) ? null : 'certain';
}

interface Finding {
  readonly statement: JudgedStatement;
  readonly context: RuleContext;
  readonly certainty: Certainty;
}

function hitFor({ relation, columns }: ForeignKey, { statement, context, certainty }: Finding): Hit {
  const table = relationText(relation);
  const name = quoteIdentifier(madeUpName(relation.relname ?? '', columns, 'idx'));
  const found = context.relation(relation);
  const reported = found?.name ?? table;
  const size = context.size(reported);
  const { rows } = context.policy.smallTable;
  const small = size !== null && size.rows !== null && size.rows <= rows;
  const certainly = certainty === 'certain' ? 'No index begins' : 'Nothing here shows an index that begins';
  return {
    message: `${certainly} with ${columns.map(quoteIdentifier).join(', ')} of ${reported}: deletes in the referenced table read all of it.`,
    relation: reported,
    line: statement.statement.span.line,
    certainty,
    ...(small ? { severity: 'info' as const } : {}),
    instead:
      statement.inside !== null
        ? undefined
        : inSteps(
            `${statement.statement.sql};`,
            outsideTransactions,
            `CREATE INDEX CONCURRENTLY ${name} ON ${table} ${columnList(columns)};`,
          ),
  };
}
