import type { Session } from '../postgres/session.js';
import { readBy, type ScanWay } from './plan-settings.js';
import { foreign, ident, reachable } from './row-conditions.js';

/** One element of an exclusion constraint. */
interface ExclusionElement {
  /** SQL of the column or expression. */
  readonly key: string;
  /** As OPERATOR() takes it. */
  readonly operator: string;
  /** `equal`: by the type's own order; `overlap`: of ranges, which can be sorted; `other`: pairs have to be compared. */
  readonly kind: 'equal' | 'overlap' | 'other';
}

/** What an exclusion constraint, or a key WITHOUT OVERLAPS, promises of the rows of one table. */
export interface ExclusionCondition {
  /** `schema.name` of the table that holds the rows. */
  readonly relation: string;
  readonly name: string;
  readonly elements: readonly ExclusionElement[];
  /** SQL of a partial one; null: all rows. */
  readonly predicate: string | null;
}

const exclusionsSql = `
  SELECT ${ident('n', 'c')} AS relation, k.conname::pg_catalog.text AS name,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('key', pg_catalog.pg_get_indexdef(k.conindid, e.place::pg_catalog.int4, true),
        'operator', pg_catalog.quote_ident(opn.nspname) || '.' || o.oprname,
        'kind', CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_amop m JOIN pg_catalog.pg_opclass oc ON oc.opcfamily = m.amopfamily
              JOIN pg_catalog.pg_am am ON am.oid = oc.opcmethod
            WHERE m.amopopr = o.oid AND m.amopstrategy = 3 AND am.amname = 'btree' AND oc.opcdefault) THEN 'equal'
          WHEN o.oprname = '&&' AND o.oprleft = 'pg_catalog.anyrange'::pg_catalog.regtype
            AND o.oprright = 'pg_catalog.anyrange'::pg_catalog.regtype THEN 'overlap' ELSE 'other' END) ORDER BY e.place)
      FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS e(operator, place)
        JOIN pg_catalog.pg_operator o ON o.oid = e.operator JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) AS elements
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
  WHERE k.conexclop IS NOT NULL AND c.relkind = 'r' AND ${reachable} AND ${foreign('n')}
  ORDER BY 1, 2`;

/** All exclusion constraints, of partitions each by itself: rows of two partitions never exclude each other. */
export async function readExclusionConditions(session: Session): Promise<readonly ExclusionCondition[]> {
  return (await session.query(exclusionsSql)).rows as unknown as readonly ExclusionCondition[];
}

/** Whether conflicts show between neighbours of a sorted table; otherwise rows are compared pair by pair. */
export function isSortable({ elements }: ExclusionCondition): boolean {
  const others = elements.filter(({ kind }) => kind !== 'equal');
  return others.length === 0 || (others.length === 1 && others[0]?.kind === 'overlap');
}

/** A part of the rows that hash alike by what has to be equal: rows that conflict are in the same one. */
export interface ExclusionShare {
  readonly number: number;
  readonly of: number;
}

/** Keeps the rows that can conflict at all: a NULL never does. */
function rowsOf({ relation, elements, predicate }: ExclusionCondition, share: ExclusionShare): string {
  const equal = elements.filter(({ kind }) => kind === 'equal').map(({ key }) => `(${key})`);
  const conditions = [
    ...elements.map(({ key }) => `(${key}) IS NOT NULL`),
    ...(predicate === null ? [] : [`(${predicate}) IS TRUE`]),
    ...(share.of === 1
      ? []
      : [`(pg_catalog.hash_record_extended(ROW(${equal.join(', ')}), 0) & ${share.of - 1}) = ${share.number}`]),
  ];
  const keys = elements.map(({ key }, at) => `(${key}) AS k${at}`).join(', ');
  return `SELECT ${keys}, c.ctid AS place FROM ONLY ${relation} AS c WHERE ${conditions.join(' AND ')}`;
}

/** The table itself is asked: an index that is broken would hide what it let pass. */
const table: readonly ScanWay[] = ['seqscan', 'tidscan'];

/**
 * Rows that conflict with their neighbour, counted up to a limit. If any two ranges overlap, then two do that are neighbours
 * in the order of their beginnings: so each row is compared with one other.
 */
export async function countNeighbours(
  session: Session,
  condition: ExclusionCondition,
  { share, atMost }: { readonly share: ExclusionShare; readonly atMost: number },
): Promise<number> {
  const equal = condition.elements.flatMap(({ kind }, at) => (kind === 'equal' ? [`k${at}`] : []));
  const at = condition.elements.findIndex(({ kind }) => kind === 'overlap');
  const partition = equal.length === 0 ? '' : `PARTITION BY ${equal.join(', ')}`;
  const range = condition.elements[at];
  const conflicts =
    range === undefined
      ? `pg_catalog.row_number() OVER (${partition}) > 1`
      : `k${at} OPERATOR(${range.operator}) pg_catalog.lag(k${at}) OVER (${partition} ORDER BY k${at})`;
  const empty = range === undefined ? '' : ` WHERE NOT pg_catalog.isempty(k${at})`;
  const sql = `SELECT pg_catalog.count(*)::pg_catalog.text AS rows
    FROM (SELECT FROM (SELECT ${conflicts} AS conflicts FROM (${rowsOf(condition, share)}) AS kept${empty}) AS judged
      WHERE judged.conflicts LIMIT ${atMost}) AS found`;
  const { rows } = await readBy(session, table, () => session.query(sql));
  return Number(rows[0]?.['rows']);
}

const whole: ExclusionShare = { number: 0, of: 1 };

/** How many pairs there are to compare: of all rows, or of those that are alike in what has to be equal. */
export async function countPairs(session: Session, condition: ExclusionCondition): Promise<number> {
  const equal = condition.elements.flatMap(({ kind }, at) => (kind === 'equal' ? [`k${at}`] : []));
  const sql = `SELECT coalesce(pg_catalog.sum(alike.rows::pg_catalog.float8 ^ 2), 0) AS pairs
    FROM (SELECT pg_catalog.count(*) AS rows FROM (${rowsOf(condition, whole)}) AS kept
      ${equal.length === 0 ? '' : `GROUP BY ${equal.join(', ')}`}) AS alike`;
  const { rows } = await readBy(session, table, () => session.query(sql));
  return Number(rows[0]?.['pairs']);
}

/** Rows that conflict with an earlier one, counted up to a limit. Compares pair by pair. */
export async function countConflicts(session: Session, condition: ExclusionCondition, atMost: number): Promise<number> {
  const rowsToCompare = rowsOf(condition, whole);
  const conflicts = condition.elements.map(({ operator }, at) => `b.k${at} OPERATOR(${operator}) a.k${at}`);
  const sql = `WITH kept AS MATERIALIZED (${rowsToCompare})
    SELECT pg_catalog.count(*)::pg_catalog.text AS rows FROM (SELECT FROM kept AS a WHERE EXISTS (
      SELECT FROM kept AS b WHERE b.place < a.place AND ${conflicts.join(' AND ')}) LIMIT ${atMost}) AS found`;
  const { rows } = await readBy(session, table, () => session.query(sql));
  return Number(rows[0]?.['rows']);
}
