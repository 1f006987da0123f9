import type { AlterTableCmd, Node } from '@pgsql/types';
import type { NodeTag } from '../../../foundation/effects/effect-context.js';
import type { ChangeKind } from '../../../model/classification.js';
import { alterCommands, columnConstraints, columnOf } from '../alter-commands.js';
import type { JudgedStatement } from '../judged-statement.js';
import type { RuleContext } from '../rule-context.js';
import { unnoticedRenames } from './deployment.js';

/** From the mildest to the gravest: a change is as grave as its gravest statement. */
const gravity: readonly ChangeKind[] = [
  'additive schema change',
  'dependency change',
  'behavioural schema change',
  'data migration',
  'destructive schema change',
  'postgres upgrade',
];

/** What kind of change one statement is; null for those that change nothing (SET, SELECT, BEGIN). */
export function kindOfStatement({ tag, node, effects }: JudgedStatement, context: RuleContext): ChangeKind | null {
  if (rowChanges.has(tag)) return touchesExisting(effects.locks, context) ? 'data migration' : 'additive schema change';
  if ('CreateExtensionStmt' in node || 'AlterExtensionStmt' in node) return 'dependency change';
  if (takesAway(node)) return existingOrUnnamed(effects.locks, context) ? 'destructive schema change' : null;
  if ('AlterTableStmt' in node) {
    if (!touchesExisting(effects.locks, context)) return 'additive schema change';
    return gravest(alterCommands(node.AlterTableStmt).map(kindOfCommand));
  }
  // What is left of the renames: queries name none of these.
  if ('RenameStmt' in node) return null;
  if (additive.has(tag)) return 'additive schema change';
  if (silent.has(tag)) return null;
  return 'behavioural schema change';
}

export function gravest(kinds: readonly (ChangeKind | null)[]): ChangeKind | null {
  return gravity.findLast((kind) => kinds.includes(kind)) ?? null;
}

const rowChanges: ReadonlySet<NodeTag> = new Set<NodeTag>([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
]);

const additive: ReadonlySet<NodeTag> = new Set<NodeTag>([
  'CreateStmt',
  'CreateTableAsStmt',
  'IndexStmt',
  'ViewStmt',
  'CommentStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateEnumStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'CreateDomainStmt',
  'CreateForeignTableStmt',
  'CreateRoleStmt',
  'CreateStatsStmt',
  'DefineStmt',
]);

const silent: ReadonlySet<NodeTag> = new Set<NodeTag>([
  'SelectStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'TransactionStmt',
  'LockStmt',
  'ExplainStmt',
  'VacuumStmt',
  'ReindexStmt',
  'ClusterStmt',
  'RefreshMatViewStmt',
  'CheckPointStmt',
  'DiscardStmt',
  'NotifyStmt',
  'ListenStmt',
  'UnlistenStmt',
]);

/** Rows or definitions are gone, or no longer where applications look for them. */
function takesAway(node: Node): boolean {
  if ('TruncateStmt' in node || 'DropdbStmt' in node || 'DropOwnedStmt' in node) return true;
  if ('DropStmt' in node) return !harmlessDrops.has(node.DropStmt.removeType ?? 'OBJECT_TABLE');
  if ('RenameStmt' in node) return !unnoticedRenames.has(node.RenameStmt.renameType ?? '');
  return 'AlterObjectSchemaStmt' in node;
}

const harmlessDrops: ReadonlySet<string> = new Set([
  'OBJECT_INDEX',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
  'OBJECT_STATISTIC_EXT',
  'OBJECT_PUBLICATION',
]);

function kindOfCommand(command: AlterTableCmd): ChangeKind {
  if (command.subtype === 'AT_DropColumn' || command.subtype === 'AT_DetachPartition')
    return 'destructive schema change';
  if (command.subtype !== 'AT_AddColumn') return 'behavioural schema change';
  const column = columnOf(command);
  const types = column === null ? [] : columnConstraints(column).map(({ contype }) => contype);
  // Whoever does not know a column with a default leaves it out, also where it may not be null.
  const plain = types.includes('CONSTR_DEFAULT')
    ? ['CONSTR_NULL', 'CONSTR_DEFAULT', 'CONSTR_NOTNULL']
    : ['CONSTR_NULL'];
  return types.every((type) => plain.includes(type ?? '')) ? 'additive schema change' : 'behavioural schema change';
}

type Locks = JudgedStatement['effects']['locks'];

function touchesExisting(locks: Locks, context: RuleContext): boolean {
  return locks.some(({ relation, created }) => created !== true && context.existing(relation));
}

/** Types, functions and schemas have no lock by which they could be recognised as the migration's own. */
function existingOrUnnamed(locks: Locks, context: RuleContext): boolean {
  return locks.length === 0 || touchesExisting(locks, context);
}
