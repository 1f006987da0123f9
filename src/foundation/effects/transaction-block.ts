import type {
  AlterSubscriptionStmt,
  AlterTableStmt,
  CreateSubscriptionStmt,
  Node,
  ParseResult,
  RangeVar,
  ReindexStmt,
} from '@pgsql/types';
import { type EffectContext, type NodeOf, type NodeTag, resolveRelation } from './effect-context.js';
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
  const [tag] = Object.keys(stmt) as [NodeTag];
  const refuses = refusals[tag] as ((statement: unknown) => boolean) | undefined;
  return refuses?.((stmt as Readonly<Record<NodeTag, unknown>>)[tag]) ?? false;
}

const always = (): true => true;

/** Kinds of statement of which all, or some, refuse a transaction block. */
const refusals: { readonly [T in NodeTag]?: (statement: NodeOf<T>) => boolean } = {
  IndexStmt: ({ concurrent }) => concurrent === true,
  DropStmt: ({ concurrent }) => concurrent === true,
  ReindexStmt: reindexRefuses,
  VacuumStmt: ({ is_vacuumcmd: vacuums }) => vacuums === true,
  ClusterStmt: ({ relation }) => relation === undefined,
  DiscardStmt: ({ target }) => target === 'DISCARD_ALL',
  AlterTableStmt: detachesConcurrently,
  AlterDatabaseStmt: ({ options }) => optionValue(options, 'tablespace') !== null,
  CreateSubscriptionStmt: createsSlot,
  AlterSubscriptionStmt: alterSubscriptionRefuses,
  TransactionStmt: ({ kind }) => kind === 'TRANS_STMT_COMMIT_PREPARED' || kind === 'TRANS_STMT_ROLLBACK_PREPARED',
  CreatedbStmt: always,
  DropdbStmt: always,
  CreateTableSpaceStmt: always,
  DropTableSpaceStmt: always,
  AlterSystemStmt: always,
  DropSubscriptionStmt: always,
};

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
