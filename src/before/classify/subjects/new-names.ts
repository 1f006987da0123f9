import type { Node } from '@pgsql/types';
import { alterCommands, columnOf, constraintOf } from '../alter-commands.js';

/** Names that a statement gives to what it makes or renames: relations, columns, constraints, schemas. */
export function newNames(node: Node): readonly string[] {
  return namesIn(node).filter((name): name is string => name !== undefined && name !== '');
}

function namesIn(node: Node): readonly (string | undefined)[] {
  if ('CreateStmt' in node) {
    const { relation, tableElts } = node.CreateStmt;
    const elements = (tableElts ?? []).map((item) => {
      if ('ColumnDef' in item) return item.ColumnDef.colname;
      return 'Constraint' in item ? item.Constraint.conname : undefined;
    });
    return [relation?.relname, ...elements];
  }
  if ('AlterTableStmt' in node) {
    return alterCommands(node.AlterTableStmt).flatMap((command) => {
      if (command.subtype === 'AT_AddColumn') return [columnOf(command)?.colname];
      return command.subtype === 'AT_AddConstraint' ? [constraintOf(command)?.conname] : [];
    });
  }
  if ('RenameStmt' in node) return [node.RenameStmt.newname];
  if ('IndexStmt' in node) return [node.IndexStmt.idxname];
  if ('ViewStmt' in node) return [node.ViewStmt.view?.relname];
  if ('CreateSeqStmt' in node) return [node.CreateSeqStmt.sequence?.relname];
  if ('CreateSchemaStmt' in node) return [node.CreateSchemaStmt.schemaname];
  return 'CreateTableAsStmt' in node ? [node.CreateTableAsStmt.into?.rel?.relname] : [];
}
