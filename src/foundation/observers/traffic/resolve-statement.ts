import type { Session } from '../../postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../sql/quote-identifier.js';

export interface TrafficRelation {
  readonly schema: string;
  readonly name: string;
}

export type TrafficOperation = 'read' | 'write';

export type ResolvedStatement =
  | { readonly kind: 'statement'; readonly sql: string }
  /** No such relation is visible to a new transaction. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unsuitable'; readonly reason: string };

interface RelationRow {
  readonly relkind: string;
  readonly relpages: number;
  readonly columns: readonly { readonly name: string; readonly assignable: boolean }[];
}

/** Reads catalogs only: it must not wait for a lock on the relation itself. */
const readRelation = `
  SELECT c.relkind, c.relpages,
         coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                     'name', a.attname, 'assignable', a.attgenerated = '' AND a.attidentity = '') ORDER BY a.attnum)
                     FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relname = $2`;

const tableKinds: Readonly<Record<string, string>> = {
  v: 'a view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
};

/** Makes the statement that an application which knows today's columns would send. */
export async function resolveStatement(
  session: Session,
  relation: TrafficRelation,
  operation: TrafficOperation,
): Promise<ResolvedStatement> {
  const { rows } = await session.query(readRelation, [relation.schema, relation.name]);
  const row = rows[0] as unknown as RelationRow | undefined;
  if (row === undefined) return { kind: 'absent' };
  if (row.relkind === 'm' && operation === 'write') return { kind: 'unsuitable', reason: 'is a materialised view' };
  if (!['r', 'p', 'm'].includes(row.relkind)) {
    return { kind: 'unsuitable', reason: `is ${tableKinds[row.relkind] ?? 'not a table'}` };
  }
  const table = qualifiedName(relation.schema, relation.name);
  return { kind: 'statement', sql: operation === 'read' ? readOf(table, row) : writeOf(table, row) };
}

/**
 * Names every column, so that a dropped or renamed one shows, but fetches none: the planner leaves them out.
 * Planning opens every index of the table.
 */
function readOf(table: string, row: RelationRow): string {
  const columns = row.columns.map((column) => `s.${quoteIdentifier(column.name)}`).join(', ');
  return `SELECT 1 FROM (SELECT ${columns} FROM ${sampleOf(table, row)} LIMIT 1) AS r`;
}

/** Sets one column of one row, on a page picked at random, to itself; with no column to set, takes the locks alone. */
function writeOf(table: string, row: RelationRow): string {
  const column = row.columns.find((candidate) => candidate.assignable);
  if (column === undefined) return `DELETE FROM ${table} WHERE false`;
  const name = quoteIdentifier(column.name);
  return `UPDATE ${table} SET ${name} = ${name} WHERE ctid = (SELECT s.ctid FROM ${sampleOf(table, row)} LIMIT 1)`;
}

/** Four pages on average, so that a sample is seldom empty; the scan ends at the first row. */
function sampleOf(table: string, row: RelationRow): string {
  const percent = row.relpages > 4 ? 400 / row.relpages : 100;
  return `${table} AS s TABLESAMPLE SYSTEM (${percent.toFixed(6)})`;
}
