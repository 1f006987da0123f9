import type { Node, RangeVar, RenameStmt } from '@pgsql/types';
import { newRelation } from '../../../foundation/effects/effect-context.js';
import { nameParts } from '../../../foundation/effects/tree-names.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';
import { laterNodes } from './neighbours.js';

/**
 * Whether a later statement of the same transaction makes something of this name again, so that nobody ever meets
 * the gap between the two.
 */
export function isRemadeInTransaction(name: string, statement: JudgedStatement, context: RuleContext): boolean {
  if (!statement.inTransaction) return false;
  return laterNodes(statement, context).some((node) => {
    const relation = madeRelation(node);
    return relation !== null && newRelation(relation, context, 'view').name === name;
  });
}

/** The relation that CREATE VIEW, CREATE TABLE or CREATE TABLE … AS makes, or that a swap puts in the place of another. */
function madeRelation(node: Node): Pick<RangeVar, 'schemaname' | 'relname'> | null {
  if ('RenameStmt' in node) return renamedRelation(node.RenameStmt);
  if ('ViewStmt' in node) return node.ViewStmt.view ?? null;
  if ('CreateStmt' in node) return node.CreateStmt.relation ?? null;
  return 'CreateTableAsStmt' in node ? (node.CreateTableAsStmt.into?.rel ?? null) : null;
}

function renamedRelation({
  relation,
  renameType,
  newname,
}: RenameStmt): Pick<RangeVar, 'schemaname' | 'relname'> | null {
  const whole = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW'].includes(renameType ?? '');
  return !whole || relation === undefined || newname === undefined ? null : { ...relation, relname: newname };
}

/** The same for a function or procedure, by its name alone. */
export function isRoutineRemade(name: string, statement: JudgedStatement, context: RuleContext): boolean {
  if (!statement.inTransaction) return false;
  return laterNodes(statement, context).some(
    (node) =>
      'CreateFunctionStmt' in node && (node.CreateFunctionStmt.funcname ?? []).flatMap(nameParts).at(-1) === name,
  );
}
