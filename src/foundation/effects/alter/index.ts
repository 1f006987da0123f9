import type { EffectHandlers } from '../effect-context.js';
import { noEffect } from '../effect-draft.js';
import { alterTable } from './alter-table.js';
import { alterDomain } from './domain.js';
import { alterExtensionContents, updateExtension } from './extension.js';
import { moveAll, setDependency, setOwner, setSchema } from './move.js';
import { alterPolicy } from './policy.js';
import { alterPublication } from './publication.js';
import { rename } from './rename.js';
import { alterSequence } from './sequence.js';

const nothing = () => noEffect;

/** ALTER and RENAME of everything. */
export const alterHandlers: EffectHandlers = {
  AlterTableStmt: alterTable,
  AlterTableMoveAllStmt: moveAll,
  AlterDomainStmt: alterDomain,
  AlterSeqStmt: alterSequence,
  AlterPolicyStmt: alterPolicy,
  AlterPublicationStmt: alterPublication,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: setOwner,
  AlterObjectDependsStmt: setDependency,
  AlterExtensionContentsStmt: alterExtensionContents,
  AlterExtensionStmt: updateExtension,
  RenameStmt: rename,
  AlterEnumStmt: nothing,
  AlterTypeStmt: nothing,
  AlterFunctionStmt: nothing,
  AlterStatsStmt: nothing,
  AlterEventTrigStmt: nothing,
  AlterDefaultPrivilegesStmt: nothing,
  AlterRoleStmt: nothing,
  AlterRoleSetStmt: nothing,
  AlterDatabaseStmt: nothing,
  AlterDatabaseSetStmt: nothing,
  AlterDatabaseRefreshCollStmt: nothing,
  AlterCollationStmt: nothing,
  AlterFdwStmt: nothing,
  AlterForeignServerStmt: nothing,
  AlterUserMappingStmt: nothing,
  AlterOperatorStmt: nothing,
  AlterOpFamilyStmt: nothing,
  AlterSubscriptionStmt: nothing,
  AlterSystemStmt: nothing,
  AlterTableSpaceOptionsStmt: nothing,
  AlterTSConfigurationStmt: nothing,
  AlterTSDictionaryStmt: nothing,
};
