import type { AlterTableStmt, DropStmt, IndexStmt, Node, RangeVar } from '@pgsql/types';
import { parseStatement } from '../../../foundation/sql/parse.js';
import { qualifiedName, quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { StepProbe } from '../../../model/apply-plan.js';

/**
 * How to find out after a crash whether a statement that commits by itself took effect. From what the statement is; a
 * query that the author declared is taken instead.
 */
export function probeOf(sql: string, declared: string | null): StepProbe {
  if (declared !== null) return { kind: 'query', sql: declared };
  const parsed = parseStatement(sql);
  const node = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
  return node === undefined ? unknownText : probeOfNode(node);
}

const unknownText: StepProbe = { kind: 'none', reason: 'The statement cannot be read.' };
const repeat: StepProbe = { kind: 'repeat' };

function probeOfNode(node: Node): StepProbe {
  if ('IndexStmt' in node) return indexBuilt(node.IndexStmt);
  if ('DropStmt' in node) return indexDropped(node.DropStmt);
  if ('AlterTableStmt' in node) return detached(node.AlterTableStmt);
  if ('CreatedbStmt' in node) return object('pg_database', node.CreatedbStmt.dbname, true);
  if ('DropdbStmt' in node) return object('pg_database', node.DropdbStmt.dbname, false);
  if ('CreateTableSpaceStmt' in node) return object('pg_tablespace', node.CreateTableSpaceStmt.tablespacename, true);
  if ('DropTableSpaceStmt' in node) return object('pg_tablespace', node.DropTableSpaceStmt.tablespacename, false);
  if ('CreateSubscriptionStmt' in node) return object('pg_subscription', node.CreateSubscriptionStmt.subname, true);
  if ('DropSubscriptionStmt' in node) return object('pg_subscription', node.DropSubscriptionStmt.subname, false);
  if ('ReindexStmt' in node) return { kind: 'indexes rebuilt' };
  if (repeatable.some((kind) => kind in node)) return repeat;
  if ('DoStmt' in node || 'CallStmt' in node) return commitsInside;
  return { kind: 'none', reason: 'It commits by itself, and nothing in the catalog tells whether it did.' };
}

/** To do them twice costs time, and changes nothing. */
const repeatable = [
  'VacuumStmt',
  'ClusterStmt',
  'AlterSystemStmt',
  'DiscardStmt',
  'VariableSetStmt',
  'CheckPointStmt',
  'AlterDatabaseStmt',
  'AlterSubscriptionStmt',
] as const;

const commitsInside: StepProbe = {
  kind: 'none',
  reason: 'It may commit inside: after a crash nobody could tell how far it came.',
};

function indexBuilt({ idxname, relation }: IndexStmt): StepProbe {
  if (idxname === undefined || relation === undefined) {
    return { kind: 'none', reason: 'The index has no name, so it could not be found again.' };
  }
  const index =
    relation.schemaname === undefined ? quoteIdentifier(idxname) : qualifiedName(relation.schemaname, idxname);
  return { kind: 'index built', index, name: idxname, table: nameOf(relation) };
}

function indexDropped({ objects }: DropStmt): StepProbe {
  const [only] = objects ?? [];
  if (only === undefined || !('List' in only)) return unknownText;
  const parts = (only.List.items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
  return { kind: 'index dropped', index: parts.map(quoteIdentifier).join('.') };
}

function detached({ relation, cmds }: AlterTableStmt): StepProbe {
  const [command] = cmds ?? [];
  const definition = command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  const partition = definition !== undefined && 'PartitionCmd' in definition ? definition.PartitionCmd.name : undefined;
  if (relation === undefined || partition === undefined) return unknownText;
  return { kind: 'partition detached', parent: nameOf(relation), partition: nameOf(partition) };
}

function object(catalog: string, name: string | undefined, present: boolean): StepProbe {
  return { kind: 'object', catalog, name: name ?? '', present };
}

function nameOf({ schemaname, relname }: RangeVar): string {
  const name = relname ?? '';
  return schemaname === undefined ? quoteIdentifier(name) : qualifiedName(schemaname, name);
}
