import type { AlterTableType } from '@pgsql/types';
import { addColumn } from './add-column.js';
import { addConstraint } from './add-constraint.js';
import { alterConstraint } from './alter-constraint.js';
import { type CommandEffects, lockTree } from './alter-target.js';
import { alterColumnType } from './column-type.js';
import { dropColumn } from './drop-column.js';
import { dropConstraint } from './drop-constraint.js';
import { setExpression } from './generated-column.js';
import { alterIdentity } from './identity.js';
import { addInherit, addOf, dropInherit } from './inheritance.js';
import { lockNamedIndex } from './named-index.js';
import { dropNotNull, setNotNull } from './not-null.js';
import { changeOwner } from './owner.js';
import { attachPartition } from './attach-partition.js';
import { detachPartition } from './detach-partition.js';
import { setAccessMethod, setPersistence, setTableSpace } from './storage.js';
import { switchTriggers } from './switch-triggers.js';
import { validateConstraint } from './validate-constraint.js';

const changeTree: CommandEffects = (_command, target) => lockTree(target);

/** What a sub-command does besides locking the table that the statement names. */
export const commandEffects: Readonly<Partial<Record<AlterTableType, CommandEffects>>> = {
  AT_AddColumn: addColumn,
  AT_ColumnDefault: changeTree,
  AT_DropNotNull: dropNotNull,
  AT_SetNotNull: setNotNull,
  AT_SetExpression: setExpression,
  AT_DropExpression: changeTree,
  AT_SetStatistics: changeTree,
  AT_SetStorage: changeTree,
  AT_DropColumn: dropColumn,
  AT_AddConstraint: addConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_ValidateConstraint: validateConstraint,
  AT_DropConstraint: dropConstraint,
  AT_AlterColumnType: alterColumnType,
  AT_ChangeOwner: changeOwner,
  AT_ClusterOn: lockNamedIndex('ShareUpdateExclusiveLock'),
  AT_SetLogged: setPersistence('permanent'),
  AT_SetUnLogged: setPersistence('unlogged'),
  AT_SetAccessMethod: setAccessMethod,
  AT_SetTableSpace: setTableSpace,
  AT_EnableTrig: switchTriggers,
  AT_EnableAlwaysTrig: switchTriggers,
  AT_EnableReplicaTrig: switchTriggers,
  AT_EnableTrigAll: switchTriggers,
  AT_EnableTrigUser: switchTriggers,
  AT_DisableTrig: switchTriggers,
  AT_DisableTrigAll: switchTriggers,
  AT_DisableTrigUser: switchTriggers,
  AT_AddInherit: addInherit,
  AT_DropInherit: dropInherit,
  AT_AddOf: addOf,
  AT_ReplicaIdentity: lockNamedIndex('ShareLock'),
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
  AT_DetachPartitionFinalize: detachPartition,
  AT_AddIdentity: alterIdentity,
  AT_SetIdentity: alterIdentity,
  AT_DropIdentity: alterIdentity,
};
