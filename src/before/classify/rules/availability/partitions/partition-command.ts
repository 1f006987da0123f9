import type { AlterTableType, Node, PartitionCmd } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';

/** What ATTACH or DETACH PARTITION says; null for every other statement. */
export function partitionCommand(node: Node, type: AlterTableType): PartitionCmd | null {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return null;
  const command = alterCommands(node.AlterTableStmt).find(({ subtype }) => subtype === type);
  return command?.def !== undefined && 'PartitionCmd' in command.def ? command.def.PartitionCmd : null;
}
