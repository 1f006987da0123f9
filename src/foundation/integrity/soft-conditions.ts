import type { DeclaredReference } from '../../model/verify-settings.js';
import type { Session } from '../postgres/session.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import { foreign, ident, reachable, type RowCondition, sources } from './row-conditions.js';
import { readSoftReferences } from './soft-references.js';

const softSql = `
  SELECT d.description AS comment, a.attname::text AS column, n.nspname::text AS schema, ${ident('n', 'c')} AS relation
  FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
  WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND d.description ~* 'lockkeeper:\\s*soft\\s+reference' AND ${reachable} AND ${foreign('n')}`;

const tableSql = `
  SELECT c.relkind = 'p' AS spread, ${ident('n', 'c')} AS relation, ${sources} AS sources,
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p')`;

interface SoftRow {
  readonly comment: string;
  readonly column: string | null;
  readonly schema: string;
  readonly relation: string;
}

interface Table {
  readonly spread: boolean;
  readonly relation: string;
  readonly sources: readonly string[];
  readonly columns: readonly string[];
}

export interface SoftConditions {
  readonly conditions: readonly RowCondition[];
  /** Declared, but a table or a column of it is not there. */
  readonly unresolved: readonly DeclaredReference[];
}

/** What comments declare, and what is declared elsewhere, as conditions on rows. */
export async function readSoftConditions(
  session: Session,
  declared: readonly DeclaredReference[] = [],
): Promise<SoftConditions> {
  const commented = (await session.query(softSql)).rows as unknown as readonly SoftRow[];
  const all = [...commented.flatMap(inComment), ...declared];
  const conditions: RowCondition[] = [];
  const unresolved: DeclaredReference[] = [];
  for (const reference of all) {
    const condition = await resolve(session, reference);
    if (condition === null) unresolved.push(reference);
    else conditions.push(condition);
  }
  return { conditions, unresolved };
}

function inComment({ comment, column, schema, relation }: SoftRow): readonly DeclaredReference[] {
  return readSoftReferences(comment).map(({ columns, referenced, referencedColumns }) => {
    const qualified = /^(?:"(?:[^"]|"")+"|[^".]+)\./.test(referenced);
    return {
      table: relation,
      columns: columns.length === 0 && column !== null ? [column] : columns,
      references: qualified ? referenced : `${quoteIdentifier(schema)}.${referenced}`,
      referencedColumns,
    };
  });
}

async function resolve(session: Session, reference: DeclaredReference): Promise<RowCondition | null> {
  const { columns: own, referencedColumns: others } = reference;
  if (own.length !== others.length || own.length === 0) return null;
  const from = await readTable(session, reference.table);
  const to = await readTable(session, reference.references);
  if (from === null || to === null) return null;
  const areThere = own.every((one) => from.columns.includes(one)) && others.every((one) => to.columns.includes(one));
  return areThere ? softCondition(from, to, reference) : null;
}

async function readTable(session: Session, name: string): Promise<Table | null> {
  const [row] = (await session.query(tableSql, [name])).rows;
  return (row ?? null) as Table | null;
}

/** Compared as text: a soft reference may well have another type than what it refers to. */
function softCondition(from: Table, to: Table, { columns, referencedColumns }: DeclaredReference): RowCondition {
  const quoted = columns.map(quoteIdentifier);
  const pairs = referencedColumns.map(
    (other, at) => `p.${quoteIdentifier(other)}::pg_catalog.text = c.${quoted[at] ?? ''}::pg_catalog.text`,
  );
  const given = quoted.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
  const exists = `SELECT FROM ${to.spread ? '' : 'ONLY '}${to.relation} AS p WHERE ${pairs.join(' AND ')}`;
  return {
    kind: 'orphans',
    relation: from.relation,
    referenced: to.relation,
    name: `soft reference (${quoted.join(', ')}) to ${to.relation}`,
    vouched: false,
    keyed: false,
    sources: from.sources,
    violated: `${given} AND NOT EXISTS (${exists})`,
  };
}
