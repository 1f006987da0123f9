import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node, ParseResult, RangeVar } from '@pgsql/types';
import { rangeVarRef, type RelationRef } from '../sql/referenced-relations.js';
import { isColumnConstraintEnforced } from './alter/added-column.js';

/**
 * Tables that a statement reads whole because of what it is, as far as its text tells; queries and DML never count.
 * What the catalog decides is assumed to happen: that a type change rewrites, that a default must be computed per row,
 * that no CHECK spares SET NOT NULL its scan. VALIDATE CONSTRAINT names one table of the two that a foreign key joins.
 */
export function wholeScans(tree: ParseResult): readonly RelationRef[] {
  const relations = (tree.stmts ?? []).flatMap(({ stmt }) => (stmt === undefined ? [] : scannedBy(stmt)));
  const refs = relations.map(rangeVarRef);
  return [...new Map(refs.map((ref) => [JSON.stringify([ref.schema, ref.name]), ref])).values()];
}

function scannedBy(stmt: Node): readonly RangeVar[] {
  if ('IndexStmt' in stmt) return present(stmt.IndexStmt.relation);
  if ('ReindexStmt' in stmt) {
    return stmt.ReindexStmt.kind === 'REINDEX_OBJECT_TABLE' ? present(stmt.ReindexStmt.relation) : [];
  }
  if ('ClusterStmt' in stmt) return present(stmt.ClusterStmt.relation);
  if ('RefreshMatViewStmt' in stmt) {
    return stmt.RefreshMatViewStmt.concurrent === true ? present(stmt.RefreshMatViewStmt.relation) : [];
  }
  if ('VacuumStmt' in stmt && stmt.VacuumStmt.is_vacuumcmd === true) {
    return (stmt.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? present(rel.VacuumRelation.relation) : [],
    );
  }
  return 'AlterTableStmt' in stmt ? scannedByAlter(stmt.AlterTableStmt) : [];
}

function scannedByAlter(alter: AlterTableStmt): readonly RangeVar[] {
  if (alter.objtype !== 'OBJECT_TABLE' && alter.objtype !== 'OBJECT_MATVIEW') return [];
  return (alter.cmds ?? []).flatMap((command) => {
    if (!('AlterTableCmd' in command)) return [];
    const { def } = command.AlterTableCmd;
    if (def !== undefined && 'PartitionCmd' in def) {
      return command.AlterTableCmd.subtype === 'AT_AttachPartition' ? present(def.PartitionCmd.name) : [];
    }
    return scansItsTable(command.AlterTableCmd) ? present(alter.relation) : [];
  });
}

function scansItsTable({ subtype, def }: AlterTableCmd): boolean {
  switch (subtype) {
    case 'AT_ValidateConstraint':
    case 'AT_SetNotNull':
    case 'AT_AlterColumnType':
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
    case 'AT_SetAccessMethod':
      return true;
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def && constraintScans(def.Constraint);
    case 'AT_AddColumn':
      return def !== undefined && 'ColumnDef' in def && addedColumnScans(def.ColumnDef);
    default:
      return false;
  }
}

/** A key built from an existing index needs no scan, and neither does what is NOT VALID or not enforced. */
function constraintScans(constraint: Constraint): boolean {
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
    case 'CONSTR_NOTNULL':
      return constraint.skip_validation !== true && constraint.is_enforced !== false;
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
      return constraint.indexname === undefined;
    default:
      return false;
  }
}

/** A new column's foreign key checks nothing (all its values are null) and its NOT NULL is checked with its default. */
function addedColumnScans(column: ColumnDef): boolean {
  const constraints = (column.constraints ?? []).flatMap((item) => ('Constraint' in item ? [item.Constraint] : []));
  return constraints.some((constraint) => {
    const { contype, generated_kind } = constraint;
    if (contype === 'CONSTR_GENERATED') return generated_kind !== 'v';
    if (contype === 'CONSTR_CHECK') return isColumnConstraintEnforced(constraint, constraints);
    return contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_IDENTITY';
  });
}

function present(relation: RangeVar | undefined): readonly RangeVar[] {
  return relation === undefined ? [] : [relation];
}
