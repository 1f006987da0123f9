import type { AlterTableCmd, AlterTableType } from '@pgsql/types';
import { type LockMode, lockModes } from '../../../model/locks.js';

/** Sub-commands that do not ask for AccessExclusiveLock; some by what they hold. */
const weaker: ReadonlyMap<AlterTableType, LockMode> = new Map([
  ['AT_SetStatistics', 'ShareUpdateExclusiveLock'],
  ['AT_SetOptions', 'ShareUpdateExclusiveLock'],
  ['AT_ResetOptions', 'ShareUpdateExclusiveLock'],
  ['AT_ClusterOn', 'ShareUpdateExclusiveLock'],
  ['AT_DropCluster', 'ShareUpdateExclusiveLock'],
  ['AT_ValidateConstraint', 'ShareUpdateExclusiveLock'],
  ['AT_AttachPartition', 'ShareUpdateExclusiveLock'],
  ['AT_DetachPartitionFinalize', 'ShareUpdateExclusiveLock'],
  ['AT_EnableTrig', 'ShareRowExclusiveLock'],
  ['AT_EnableAlwaysTrig', 'ShareRowExclusiveLock'],
  ['AT_EnableReplicaTrig', 'ShareRowExclusiveLock'],
  ['AT_EnableTrigAll', 'ShareRowExclusiveLock'],
  ['AT_EnableTrigUser', 'ShareRowExclusiveLock'],
  ['AT_DisableTrig', 'ShareRowExclusiveLock'],
  ['AT_DisableTrigAll', 'ShareRowExclusiveLock'],
  ['AT_DisableTrigUser', 'ShareRowExclusiveLock'],
]);

/** Storage parameters that change while others write; all else, an extension's too, shuts everybody out. */
const gentleOptions: ReadonlySet<string> = new Set(
  (
    'fillfactor toast_tuple_target parallel_workers deduplicate_items vacuum_index_cleanup vacuum_truncate ' +
    'vacuum_cleanup_index_scale_factor vacuum_max_eager_freeze_failure_rate log_autovacuum_min_duration ' +
    'autovacuum_enabled autovacuum_vacuum_threshold autovacuum_vacuum_max_threshold autovacuum_vacuum_scale_factor ' +
    'autovacuum_vacuum_insert_threshold autovacuum_vacuum_insert_scale_factor autovacuum_analyze_threshold ' +
    'autovacuum_analyze_scale_factor autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit ' +
    'autovacuum_freeze_min_age autovacuum_freeze_max_age autovacuum_freeze_table_age ' +
    'autovacuum_multixact_freeze_min_age autovacuum_multixact_freeze_max_age autovacuum_multixact_freeze_table_age'
  ).split(' '),
);

/** What one sub-command asks for on the table that it names. */
function lockLevel({ subtype, def }: AlterTableCmd): LockMode {
  if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
    return def.Constraint.contype === 'CONSTR_FOREIGN' ? 'ShareRowExclusiveLock' : 'AccessExclusiveLock';
  }
  if (subtype === 'AT_DetachPartition' && def !== undefined && 'PartitionCmd' in def) {
    return def.PartitionCmd.concurrent === true ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  }
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') {
    return optionNames({ def }).every((name) => gentleOptions.has(name))
      ? 'ShareUpdateExclusiveLock'
      : 'AccessExclusiveLock';
  }
  return (subtype === undefined ? undefined : weaker.get(subtype)) ?? 'AccessExclusiveLock';
}

/** What the statement asks for: the strongest of all its sub-commands. */
export function strongestLevel(commands: readonly AlterTableCmd[]): LockMode {
  const strengths = commands.map((command) => lockModes.indexOf(lockLevel(command)));
  return lockModes[Math.max(...strengths)] ?? 'AccessExclusiveLock';
}

function optionNames({ def }: Pick<AlterTableCmd, 'def'>): readonly string[] {
  const items = def !== undefined && 'List' in def ? (def.List.items ?? []) : [];
  return items.flatMap((item) => ('DefElem' in item ? [item.DefElem.defname ?? ''] : []));
}
