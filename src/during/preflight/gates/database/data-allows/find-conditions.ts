import type { AlterTableStmt, CreateStmt, Node, RangeVar } from '@pgsql/types';
import { parseOnce } from '../../../../../foundation/sql/parse-once.js';
import type { Migration } from '../../../../../model/migration.js';
import type { Statement } from '../../../../../model/sql-text.js';
import { alterConditions } from './alter-conditions.js';
import { anything, type DataCondition, type Demand, keyOf, type TableName, tableName } from './data-condition.js';
import { domainConditions } from './domain-conditions.js';
import { uniqueIndexTest } from './index-conditions.js';
import { type PartitionBound, readBound } from './partition-bounds.js';

/**
 * All that a change asks of rows that are there already, by its text. Bodies and dynamic SQL are not looked into. The
 * parser has to be loaded.
 */
export function findConditions(migrations: readonly Migration[]): readonly DataCondition[] {
  const found: DataCondition[] = [];
  const seen: Seen = { deferred: new Map(), writers: new Map(), made: new Set(), bounds: new Map() };
  for (const statement of migrations.flatMap((migration) => migration.statements)) {
    const { path, line } = statement.span;
    for (const node of nodesOf(statement)) {
      for (const demand of demandsOf(node, statement.sql)) {
        if (seen.made.has(keyOf(demand.table))) continue;
        if (demand.deferredAs !== undefined) {
          seen.deferred.set(deferredKey(demand, demand.deferredAs), demand);
          continue;
        }
        const { what, table, test } = withBoundsBefore(whatIsValidated(demand, seen), seen);
        found.push({ path, line, what, table, test, writers: new Map(seen.writers) });
      }
      remember(node, { statement, seen });
    }
  }
  return found;
}

/** What the statements before did. */
interface Seen {
  readonly deferred: Map<string, Demand>;
  readonly writers: Map<string, string>;
  readonly made: Set<string>;
  /** Of partitions, by their parent's key. */
  readonly bounds: Map<string, readonly PartitionBound[]>;
}

function remember(node: Node, { statement, seen }: { readonly statement: Statement; readonly seen: Seen }): void {
  const place = `${statement.span.path}:${statement.span.line}`;
  for (const table of writtenBy(node)) seen.writers.set(table, place);
  const created = createdBy(node);
  if (created !== null) seen.made.add(created);
  const partition = partitionOf(node, statement.sql);
  if (partition === null) return;
  const key = keyOf(partition.parent);
  seen.bounds.set(key, [...(seen.bounds.get(key) ?? []), partition.bound]);
}

function nodesOf(statement: Statement): readonly Node[] {
  const parsed = parseOnce(statement);
  return parsed.ok ? (parsed.tree.stmts ?? []).flatMap(({ stmt }) => stmt ?? []) : [];
}

function demandsOf(node: Node, sql: string): readonly Demand[] {
  if ('AlterTableStmt' in node) return ofAlterTable(node.AlterTableStmt, sql);
  if ('AlterDomainStmt' in node) return domainConditions(node.AlterDomainStmt, sql);
  if ('CreateStmt' in node) return ofCreateTable(node.CreateStmt, sql);
  if (!('IndexStmt' in node) || node.IndexStmt.unique !== true || node.IndexStmt.relation === undefined) return [];
  const table = tableName(node.IndexStmt.relation);
  const what = `the unique index ${node.IndexStmt.idxname ?? ''}`.trim();
  return [{ what, table, test: uniqueIndexTest(node.IndexStmt, sql) }];
}

function ofAlterTable(statement: AlterTableStmt, sql: string): readonly Demand[] {
  if (statement.relation === undefined || statement.objtype !== 'OBJECT_TABLE') return [];
  const table = tableName(statement.relation);
  return alterConditions(statement, sql).map((demand) => ({ table, ...demand }));
}

/** A partition that is made is empty; what the default partition has of it is not. */
function ofCreateTable({ inhRelations, partbound, relation }: CreateStmt, sql: string): readonly Demand[] {
  const [parent] = (inhRelations ?? []).flatMap((one) => ('RangeVar' in one ? [one.RangeVar] : []));
  if (parent === undefined || partbound === undefined || partbound.is_default === true) return [];
  const bound = readBound(partbound, sql);
  const table = tableName(parent);
  const what = `the new partition ${relation?.relname ?? ''}`.trim();
  return [
    { what, table, test: bound === null ? { kind: 'uncounted' } : { kind: 'left to others', parent: table, bound } },
  ];
}

function whatIsValidated(demand: Demand, { deferred }: Seen): Demand {
  const { test } = demand;
  if (test.kind === 'validation') return deferred.get(deferredKey(demand, test.constraint)) ?? demand;
  if (test.kind !== 'domain' || test.rule.kind !== 'constraint') return demand;
  return deferred.get(deferredKey(demand, test.rule.name)) ?? demand;
}

/** A table and a domain may have one name, and a constraint of one name each. */
function deferredKey({ table, test }: Demand, constraint: string): string {
  return `${test.kind === 'domain' ? 'domain' : 'table'} ${keyOf(table)} ${constraint}`;
}

/** No catalog has the partitions yet that the change makes. */
function withBoundsBefore(demand: Demand, { bounds }: Seen): Demand {
  const { test } = demand;
  if (test.kind !== 'default bound') return demand;
  return { ...demand, test: { ...test, made: bounds.get(keyOf(test.parent)) ?? [] } };
}

function partitionOf(node: Node, sql: string): { readonly parent: TableName; readonly bound: PartitionBound } | null {
  for (const { test } of demandsOf(node, sql)) {
    if (test.kind === 'left to others') return { parent: test.parent, bound: test.bound };
  }
  return null;
}

/** Tables whose rows a statement changes or takes away; a block of code may change any. */
function writtenBy(node: Node): readonly string[] {
  if ('UpdateStmt' in node) return namesOf(node.UpdateStmt.relation);
  if ('DeleteStmt' in node) return namesOf(node.DeleteStmt.relation);
  if ('InsertStmt' in node) return namesOf(node.InsertStmt.relation);
  if ('MergeStmt' in node) return namesOf(node.MergeStmt.relation);
  if ('AlterTableStmt' in node) return detachedBy(node.AlterTableStmt);
  if ('TruncateStmt' in node) {
    return (node.TruncateStmt.relations ?? []).flatMap((one) => ('RangeVar' in one ? namesOf(one.RangeVar) : []));
  }
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE')
    return (node.DropStmt.objects ?? []).map(droppedKey);
  return 'DoStmt' in node || 'CallStmt' in node || 'SelectStmt' in node ? [anything] : [];
}

function droppedKey(object: Node): string {
  const parts = ('List' in object ? (object.List.items ?? []) : []).flatMap((part) =>
    'String' in part ? [part.String.sval ?? ''] : [],
  );
  return keyOf({ schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' });
}

/** What is detached is no part of its table any more, nor bound by its bound. */
function detachedBy({ cmds, relation }: AlterTableStmt): readonly string[] {
  return (cmds ?? []).flatMap((item) => {
    if (!('AlterTableCmd' in item) || item.AlterTableCmd.subtype !== 'AT_DetachPartition') return [];
    const { def } = item.AlterTableCmd;
    return [
      ...namesOf(relation),
      ...(def !== undefined && 'PartitionCmd' in def ? namesOf(def.PartitionCmd.name) : []),
    ];
  });
}

/** A table that the change makes has no rows of before. */
function createdBy(node: Node): string | null {
  if ('CreateStmt' in node && node.CreateStmt.relation !== undefined && node.CreateStmt.if_not_exists !== true) {
    return keyOf(tableName(node.CreateStmt.relation));
  }
  return null;
}

function namesOf(relation: RangeVar | undefined): readonly string[] {
  return relation === undefined ? [] : [keyOf(tableName(relation))];
}
