import type { Rule } from '../../rule.js';
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

const indexRules: readonly Rule[] = [
  concurrentIndexInvalidLeftover,
  concurrentIndexOnPartitionedTable,
  concurrentlyInTransaction,
  createIndexBlocksWrites,
  dropIndexBlocksQueries,
  indexUnderExclusiveLock,
  reindexBlocks,
  replaceIndexGap,
];

const partitionRules: readonly Rule[] = [
  attachPartitionScans,
  createPartitionBlocksParent,
  defaultPartitionScans,
  detachPartitionBlocks,
];

const tableRules: readonly Rule[] = [
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

export const availabilityRules: readonly Rule[] = [...indexRules, ...partitionRules, ...tableRules];
