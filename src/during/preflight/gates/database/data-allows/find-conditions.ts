import type { AlterDomainStmt, AlterTableStmt, Node, RangeVar } from '@pgsql/types';
import { parseOnce } from '../../../../../foundation/sql/parse-once.js';
import type { Migration } from '../../../../../model/migration.js';
import type { Statement } from '../../../../../model/sql-text.js';
import { alterConditions } from './alter-conditions.js';
import { type DataCondition, type Demand, type TableName, tableName } from './data-condition.js';
import { uniqueIndexTest } from './index-conditions.js';

/**
 * All that a change asks of rows that are there already, by its text. Bodies and dynamic SQL are not looked into. The
 * parser has to be loaded.
 */
export function findConditions(migrations: readonly Migration[]): readonly DataCondition[] {
  const found: DataCondition[] = [];
  const deferred = new Map<string, Demand>();
  const writers = new Map<string, string>();
  const made = new Set<string>();
  for (const statement of migrations.flatMap((migration) => migration.statements)) {
    for (const node of nodesOf(statement)) {
      for (const demand of demandsOf(node, statement.sql)) {
        if (made.has(keyOf(demand.table))) continue;
        if (demand.deferredAs !== undefined) {
          deferred.set(`${keyOf(demand.table)} ${demand.deferredAs}`, demand);
          continue;
        }
        const { what, table, test } = whatIsValidated(demand, deferred);
        const writtenBefore = writers.get(keyOf(table)) ?? writers.get(anything) ?? null;
        found.push({ path: statement.span.path, line: statement.span.line, what, table, test, writtenBefore });
      }
      const place = `${statement.span.path}:${statement.span.line}`;
      for (const table of writtenBy(node)) writers.set(table, place);
      const created = createdBy(node);
      if (created !== null) made.add(created);
    }
  }
  return found;
}

const anything = '*';

function nodesOf(statement: Statement): readonly Node[] {
  const parsed = parseOnce(statement);
  return parsed.ok ? (parsed.tree.stmts ?? []).flatMap(({ stmt }) => stmt ?? []) : [];
}

function demandsOf(node: Node, sql: string): readonly Demand[] {
  if ('AlterTableStmt' in node) return ofAlterTable(node.AlterTableStmt, sql);
  if ('AlterDomainStmt' in node) return ofAlterDomain(node.AlterDomainStmt);
  if (!('IndexStmt' in node) || node.IndexStmt.unique !== true || node.IndexStmt.relation === undefined) return [];
  const table = tableName(node.IndexStmt.relation);
  return [
    {
      what: `the unique index ${node.IndexStmt.idxname ?? ''}`.trim(),
      table,
      test: uniqueIndexTest(node.IndexStmt, sql),
    },
  ];
}

function ofAlterTable(statement: AlterTableStmt, sql: string): readonly Demand[] {
  if (statement.relation === undefined || statement.objtype !== 'OBJECT_TABLE') return [];
  const table = tableName(statement.relation);
  return alterConditions(statement, sql).map((demand) => ({ table, ...demand }));
}

/** C: ADD CONSTRAINT, O: SET NOT NULL, V: VALIDATE CONSTRAINT. */
function ofAlterDomain({ subtype, typeName, def }: AlterDomainStmt): readonly Demand[] {
  const isDeferred = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation === true;
  if (!['C', 'O', 'V'].includes(subtype ?? '') || isDeferred) return [];
  const parts = (typeName ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  const name = parts.at(-1) ?? '';
  return [{ what: `the domain ${name}`, table: { schema: parts.at(-2) ?? null, name }, test: { kind: 'uncounted' } }];
}

function whatIsValidated(demand: Demand, deferred: ReadonlyMap<string, Demand>): Demand {
  if (demand.test.kind !== 'validation') return demand;
  return deferred.get(`${keyOf(demand.table)} ${demand.test.constraint}`) ?? demand;
}

/** Tables whose rows a statement changes; a block of code may change any. */
function writtenBy(node: Node): readonly string[] {
  if ('UpdateStmt' in node) return namesOf(node.UpdateStmt.relation);
  if ('DeleteStmt' in node) return namesOf(node.DeleteStmt.relation);
  if ('InsertStmt' in node) return namesOf(node.InsertStmt.relation);
  if ('MergeStmt' in node) return namesOf(node.MergeStmt.relation);
  if ('TruncateStmt' in node) {
    return (node.TruncateStmt.relations ?? []).flatMap((one) => ('RangeVar' in one ? namesOf(one.RangeVar) : []));
  }
  return 'DoStmt' in node || 'CallStmt' in node || 'SelectStmt' in node ? [anything] : [];
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

/** `public.orders` and `orders` are most often the same table, and are taken to be. */
function keyOf({ schema, name }: TableName): string {
  return schema === null || schema === 'public' ? name : `${schema}.${name}`;
}
