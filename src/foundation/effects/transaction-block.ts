import type {
  AlterSubscriptionStmt,
  AlterTableStmt,
  CreateSubscriptionStmt,
  Node,
  ParseResult,
  RangeVar,
  ReindexStmt,
} from '@pgsql/types';
import { type EffectContext, resolveRelation } from './effect-context.js';
import { isOptionOn, optionValue } from './options.js';

/**
 * Whether PostgreSQL 15 to 18 refuses a statement inside a transaction block (SQLSTATE 25001). REINDEX and CLUSTER of a
 * *partitioned* table or index are refused: without a schema they count as allowed. DROP SUBSCRIPTION is refused unless
 * its slot was set to NONE before, so it counts as refused.
 */
export function transactionBlock(tree: ParseResult, context: EffectContext | null = null): 'allowed' | 'refused' {
  const refused = (tree.stmts ?? []).some(
    ({ stmt }) => stmt !== undefined && (refusesBlock(stmt) || rebuildsPartitioned(stmt, context)),
  );
  return refused ? 'refused' : 'allowed';
}

/** Each partition is rebuilt in a transaction of its own. */
function rebuildsPartitioned(stmt: Node, context: EffectContext | null): boolean {
  const relation = rebuiltRelation(stmt);
  if (relation === undefined || context === null) return false;
  return resolveRelation(relation, context)?.facts?.kind.startsWith('partitioned') ?? false;
}

function rebuiltRelation(stmt: Node): RangeVar | undefined {
  if ('ReindexStmt' in stmt) return stmt.ReindexStmt.relation;
  return 'ClusterStmt' in stmt ? stmt.ClusterStmt.relation : undefined;
}

function refusesBlock(stmt: Node): boolean {
  if ('IndexStmt' in stmt) return stmt.IndexStmt.concurrent === true;
  if ('DropStmt' in stmt) return stmt.DropStmt.concurrent === true;
  if ('ReindexStmt' in stmt) return reindexRefuses(stmt.ReindexStmt);
  if ('VacuumStmt' in stmt) return stmt.VacuumStmt.is_vacuumcmd === true;
  if ('ClusterStmt' in stmt) return stmt.ClusterStmt.relation === undefined;
  if ('DiscardStmt' in stmt) return stmt.DiscardStmt.target === 'DISCARD_ALL';
  if ('AlterTableStmt' in stmt) return detachesConcurrently(stmt.AlterTableStmt);
  if ('AlterDatabaseStmt' in stmt) return optionValue(stmt.AlterDatabaseStmt.options, 'tablespace') !== null;
  if ('CreateSubscriptionStmt' in stmt) return createsSlot(stmt.CreateSubscriptionStmt);
  if ('AlterSubscriptionStmt' in stmt) return alterSubscriptionRefuses(stmt.AlterSubscriptionStmt);
  if ('TransactionStmt' in stmt) {
    return (
      stmt.TransactionStmt.kind === 'TRANS_STMT_COMMIT_PREPARED' ||
      stmt.TransactionStmt.kind === 'TRANS_STMT_ROLLBACK_PREPARED'
    );
  }
  return alwaysRefused.some((kind) => kind in stmt);
}

const alwaysRefused = [
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
  'DropSubscriptionStmt',
] as const;

function reindexRefuses(reindex: ReindexStmt): boolean {
  const single = reindex.kind === 'REINDEX_OBJECT_TABLE' || reindex.kind === 'REINDEX_OBJECT_INDEX';
  return !single || isOptionOn(reindex.params, 'concurrently', false);
}

function detachesConcurrently(alter: AlterTableStmt): boolean {
  return (alter.cmds ?? []).some((command) => {
    const definition = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
    return definition !== undefined && 'PartitionCmd' in definition && definition.PartitionCmd.concurrent === true;
  });
}

/** Without a connection to the publisher no slot is made. */
function createsSlot(create: CreateSubscriptionStmt): boolean {
  return isOptionOn(create.options, 'create_slot', isOptionOn(create.options, 'connect', true));
}

function alterSubscriptionRefuses(alter: AlterSubscriptionStmt): boolean {
  switch (alter.kind) {
    case 'ALTER_SUBSCRIPTION_REFRESH':
      return true;
    case 'ALTER_SUBSCRIPTION_SET_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_ADD_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_DROP_PUBLICATION':
      return isOptionOn(alter.options, 'refresh', true);
    case 'ALTER_SUBSCRIPTION_OPTIONS':
      // Both change the slot on the publisher, which no rollback undoes.
      return optionValue(alter.options, 'failover') !== null || !isOptionOn(alter.options, 'two_phase', true);
    default:
      return false;
  }
}
