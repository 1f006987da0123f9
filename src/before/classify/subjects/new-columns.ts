import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import { newRelation } from '../../../foundation/effects/effect-context.js';
import { typeNameParts } from '../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import { alterCommands, columnOf } from '../alter-commands.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { Hit } from '../rule.js';
import type { RuleContext } from '../rule-context.js';

/** A column as a statement defines it: with its table, added to one, or with a new type. */
export interface DefinedColumn {
  /** As reports name it. */
  readonly table: string;
  readonly name: string;
  readonly definition: ColumnDef;
  /** Constraints of the whole table that stand in the same CREATE TABLE. */
  readonly tableConstraints: readonly Constraint[];
}

/** The columns that CREATE TABLE, ADD COLUMN and ALTER COLUMN TYPE define, in the order of the text. */
export function definedColumns({ node }: JudgedStatement, context: RuleContext): readonly DefinedColumn[] {
  if ('CreateStmt' in node && node.CreateStmt.relation !== undefined) {
    const table = newRelation(node.CreateStmt.relation, context, 'table').name;
    const elements = node.CreateStmt.tableElts ?? [];
    const tableConstraints = elements.flatMap((item) => ('Constraint' in item ? [item.Constraint] : []));
    return elements.flatMap((item) =>
      'ColumnDef' in item
        ? [{ table, name: item.ColumnDef.colname ?? '', definition: item.ColumnDef, tableConstraints }]
        : [],
    );
  }
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation === undefined) return [];
  const table = context.relation(node.AlterTableStmt.relation)?.name;
  if (table === undefined) return [];
  return alterCommands(node.AlterTableStmt).flatMap((command) => {
    const definition = columnOf(command);
    const name = definition?.colname ?? command.name ?? '';
    return definition === null ? [] : [{ table, name, definition, tableConstraints: [] }];
  });
}

/** The last part of a column's type name, as the grammar writes it: `int4`, `varchar`, `serial`, `mood`. */
export function typeOf({ typeName }: ColumnDef): string {
  return typeNameParts(typeName).at(-1) ?? '';
}

/** The whole number at a place of a type's modifiers: the 3 of `varchar(3)`; null when there is none. */
export function modifierOf({ typeName }: ColumnDef, position: number): number | null {
  const modifier = typeName?.typmods?.[position];
  return modifier !== undefined && 'A_Const' in modifier ? (modifier.A_Const.ival?.ival ?? 0) : null;
}

/** The columns that a constraint names. */
export function keyColumns(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}

/** One hit for each defined column whose definition is as asked. */
export function hitsOnColumns(
  columns: readonly DefinedColumn[],
  isMeant: (column: DefinedColumn) => boolean,
  say: (column: DefinedColumn) => string,
): readonly Hit[] {
  return columns.filter(isMeant).map((column) => ({
    message: `${quoteIdentifier(column.name)} of ${column.table} ${say(column)}`,
    relation: column.table,
  }));
}
