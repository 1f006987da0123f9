import type { Rule } from '../../rule.js';
import addColumnVolatileDefault from './columns/add-column-volatile-default.js';
import addDomainColumn from './columns/add-domain-column.js';
import addGeneratedColumn from './columns/add-generated-column.js';
import addIdentityColumn from './columns/add-identity-column.js';
import addSerialColumn from './columns/add-serial-column.js';
import changeColumnType from './columns/change-column-type.js';
import timestampConversionRewrites from './columns/timestamp-conversion-rewrites.js';
import typeChangeRechecks from './columns/type-change-rechecks.js';
import addCheckValidated from './constraints/add-check-validated.js';
import addExclusionConstraint from './constraints/add-exclusion-constraint.js';
import addForeignKeyValidated from './constraints/add-foreign-key-validated.js';
import addPrimaryKey from './constraints/add-primary-key.js';
import addUniqueConstraint from './constraints/add-unique-constraint.js';
import domainConstraintScans from './constraints/domain-constraint-scans.js';
import foreignKeyWithoutIndex from './constraints/foreign-key-without-index.js';
import inlineReferences from './constraints/inline-references.js';
import primaryKeyOnNullableColumns from './constraints/primary-key-on-nullable-columns.js';
import setNotNullScans from './constraints/set-not-null-scans.js';
import severalForeignKeys from './constraints/several-foreign-keys.js';
import validateInSameTransaction from './constraints/validate-in-same-transaction.js';
import concurrentIndexInvalidLeftover from './indexes/concurrent-index-invalid-leftover.js';
import concurrentIndexOnPartitionedTable from './indexes/concurrent-index-on-partitioned-table.js';
import concurrentlyInTransaction from './indexes/concurrently-in-transaction.js';
import createIndexBlocksWrites from './indexes/create-index-blocks-writes.js';
import dropIndexBlocksQueries from './indexes/drop-index-blocks-queries.js';
import indexUnderExclusiveLock from './indexes/index-under-exclusive-lock.js';
import reindexBlocks from './indexes/reindex-blocks.js';
import replaceIndexGap from './indexes/replace-index-gap.js';
import attachPartitionScans from './partitions/attach-partition-scans.js';
import createPartitionBlocksParent from './partitions/create-partition-blocks-parent.js';
import defaultPartitionScans from './partitions/default-partition-scans.js';
import detachPartitionBlocks from './partitions/detach-partition-blocks.js';
import changeOwner from './tables/change-owner.js';
import createRule from './tables/create-rule.js';
import createTriggerBlocksWrites from './tables/create-trigger-blocks-writes.js';
import dropForeignKey from './tables/drop-foreign-key.js';
import dropTableLocksReferenced from './tables/drop-table-locks-referenced.js';
import dropTriggerBlocks from './tables/drop-trigger-blocks.js';
import inheritBlocks from './tables/inherit-blocks.js';
import lockTable from './tables/lock-table.js';
import rebuildTable from './tables/rebuild-table.js';
import refreshMaterializedView from './tables/refresh-materialized-view.js';
import replicaIdentityBlocks from './tables/replica-identity-blocks.js';
import rowSecurityBlocks from './tables/row-security-blocks.js';
import setAccessMethod from './tables/set-access-method.js';
import setLoggedOrUnlogged from './tables/set-logged-or-unlogged.js';
import setTablespace from './tables/set-tablespace.js';
import tableRewrite from './tables/table-rewrite.js';
import toggleTrigger from './tables/toggle-trigger.js';
import truncateCascade from './tables/truncate-cascade.js';
import truncateTable from './tables/truncate-table.js';
import blockingAdvisoryLock from './transactions/blocking-advisory-lock.js';
import commitsInsideBlock from './transactions/commits-inside-block.js';
import deleteWithoutBatches from './transactions/delete-without-batches.js';
import missingLockTimeout from './transactions/missing-lock-timeout.js';
import missingStatementTimeout from './transactions/missing-statement-timeout.js';
import nestedTransaction from './transactions/nested-transaction.js';
import refusedInTransaction from './transactions/refused-in-transaction.js';
import severalAlterTables from './transactions/several-alter-tables.js';
import severalTablesLocked from './transactions/several-tables-locked.js';
import shortTimeoutOnLongStep from './transactions/short-timeout-on-long-step.js';
import timeoutAfterLock from './transactions/timeout-after-lock.js';
import timeoutTooLong from './transactions/timeout-too-long.js';
import transactionControlInTransaction from './transactions/transaction-control-in-transaction.js';
import transactionLeftOpen from './transactions/transaction-left-open.js';
import updateWithoutBatches from './transactions/update-without-batches.js';
import workUnderExclusiveLock from './transactions/work-under-exclusive-lock.js';

export const columnRules: readonly Rule[] = [
  addColumnVolatileDefault,
  addDomainColumn,
  addGeneratedColumn,
  addIdentityColumn,
  addSerialColumn,
  changeColumnType,
  timestampConversionRewrites,
  typeChangeRechecks,
];

export const constraintRules: readonly Rule[] = [
  addCheckValidated,
  addExclusionConstraint,
  addForeignKeyValidated,
  addPrimaryKey,
  addUniqueConstraint,
  domainConstraintScans,
  foreignKeyWithoutIndex,
  inlineReferences,
  primaryKeyOnNullableColumns,
  setNotNullScans,
  severalForeignKeys,
  validateInSameTransaction,
];

export const indexRules: readonly Rule[] = [
  concurrentIndexInvalidLeftover,
  concurrentIndexOnPartitionedTable,
  concurrentlyInTransaction,
  createIndexBlocksWrites,
  dropIndexBlocksQueries,
  indexUnderExclusiveLock,
  reindexBlocks,
  replaceIndexGap,
];

export const partitionRules: readonly Rule[] = [
  attachPartitionScans,
  createPartitionBlocksParent,
  defaultPartitionScans,
  detachPartitionBlocks,
];

export const tableRules: readonly Rule[] = [
  changeOwner,
  createRule,
  createTriggerBlocksWrites,
  dropForeignKey,
  dropTableLocksReferenced,
  dropTriggerBlocks,
  inheritBlocks,
  lockTable,
  rebuildTable,
  refreshMaterializedView,
  replicaIdentityBlocks,
  rowSecurityBlocks,
  setAccessMethod,
  setLoggedOrUnlogged,
  setTablespace,
  tableRewrite,
  toggleTrigger,
  truncateCascade,
  truncateTable,
];

export const transactionRules: readonly Rule[] = [
  blockingAdvisoryLock,
  commitsInsideBlock,
  deleteWithoutBatches,
  missingLockTimeout,
  missingStatementTimeout,
  nestedTransaction,
  refusedInTransaction,
  severalAlterTables,
  severalTablesLocked,
  shortTimeoutOnLongStep,
  timeoutAfterLock,
  timeoutTooLong,
  transactionControlInTransaction,
  transactionLeftOpen,
  updateWithoutBatches,
  workUnderExclusiveLock,
];

export const availabilityRules: readonly Rule[] = [
  ...columnRules,
  ...constraintRules,
  ...indexRules,
  ...partitionRules,
  ...tableRules,
  ...transactionRules,
];
