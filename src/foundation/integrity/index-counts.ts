import type { Session } from '../postgres/session.js';
import { readBy, type ScanWay } from './plan-settings.js';
import { foreign, ident, reachable } from './row-conditions.js';

/** An index that is no B-tree: how it could be asked for all of its rows. */
export interface CountableIndex {
  readonly relation: string;
  /** `schema.name`. */
  readonly index: string;
  /** Its bare name, as EXPLAIN has it. */
  readonly bareName: string;
  /** `gist`, `hash`, … */
  readonly method: string;
  readonly operatorClass: string;
  /** The server's own: what its operators mean is known. */
  readonly isBuiltIn: boolean;
  /** SQL of the first key. */
  readonly key: string;
  /** The key is a column that is declared NOT NULL. */
  readonly neverNull: boolean;
  /** SQL of a partial one; null: all rows. */
  readonly predicate: string | null;
}

const indexesSql = `
  SELECT ${ident('n', 'c')} AS relation, ${ident('xn', 'x')} AS index, x.relname::pg_catalog.text AS "bareName",
    m.amname::pg_catalog.text AS method, oc.opcname::pg_catalog.text AS "operatorClass", ocn.nspname = 'pg_catalog' AS "isBuiltIn",
    pg_catalog.pg_get_indexdef(i.indexrelid, 1, true) AS key, coalesce(a.attnotnull, false) AS "neverNull",
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_am m ON m.oid = x.relam JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[0]
    JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND i.indkey[0] > 0
  WHERE x.relkind = 'i' AND m.amname <> 'btree' AND i.indisvalid AND i.indisready AND i.indislive AND c.relispopulated
    AND ${reachable} AND ${foreign('n')}
  ORDER BY 1, 2`;

/** Every index of another kind than B-tree that queries use. */
export async function listCountableIndexes(session: Session): Promise<readonly CountableIndex[]> {
  return (await session.query(indexesSql)).rows as unknown as readonly CountableIndex[];
}

/** One statement that counts by the index and by the table, of one snapshot; or why there is none. */
type CountingQuestion = { readonly sql: string; readonly ways: readonly ScanWay[] } | { readonly notVerified: string };

/** A condition over the key that every indexed row with a key answers, by the built-in operator class of a GIN index. */
const wholeGin: Readonly<Record<string, (key: string) => string>> = {
  array_ops: (key) => `${key} @> '{}'`,
  jsonb_ops: (key) => `${key} @> '{}'::pg_catalog.jsonb`,
  jsonb_path_ops: (key) => `${key} @> '{}'::pg_catalog.jsonb`,
};

/** How to ask an index for all rows that it has. Pure. */
function countingQuestion(index: CountableIndex): CountingQuestion {
  const { method, operatorClass, isBuiltIn, neverNull } = index;
  const key = `(${index.key})`;
  switch (method) {
    case 'gist':
    case 'spgist':
      // A condition that always holds is left out by the planner: then only an index that gives the key itself is left.
      return neverNull
        ? {
            ways: ['indexscan', 'indexonlyscan', 'tidscan'],
            sql: countBoth(index, { found: `pg_catalog.count(${key})`, where: [] }),
          }
        : {
            ways: ['indexscan', 'indexonlyscan', 'tidscan'],
            sql: countBoth(index, { found: 'pg_catalog.count(*)', where: [`${key} IS NOT NULL`] }),
          };
    case 'gin': {
      const whole = isBuiltIn ? wholeGin[operatorClass] : undefined;
      if (whole === undefined) {
        return { notVerified: `no question is known that every row answers by a GIN index with ${operatorClass}` };
      }
      return {
        ways: ['bitmapscan', 'tidscan'],
        sql: countBoth(index, { found: 'pg_catalog.count(*)', where: [whole(key)] }),
      };
    }
    case 'hash':
      return { ways: ['indexscan', 'tidscan'], sql: countByValue(index) };
    case 'brin':
      return { notVerified: 'a BRIN index holds bounds of whole page ranges, and no scan of it shows that they hold' };
    default:
      return { notVerified: `how to ask an index of the kind ${method} for all its rows is not known` };
  }
}

/** With the pages of the table named, it is read itself and by no index. */
const byTheTable = `c.ctid >= '(0,0)'::pg_catalog.tid`;

function countBoth(
  { relation, predicate }: CountableIndex,
  { found, where }: { readonly found: string; readonly where: readonly string[] },
): string {
  const kept = predicate === null ? [] : [`(${predicate})`];
  const asked = [...kept, ...where];
  const truths = asked.map((one) => `(${one}) IS TRUE`);
  return `SELECT (SELECT ${found} FROM ONLY ${relation} AS p${asked.length === 0 ? '' : ` WHERE ${asked.join(' AND ')}`})::pg_catalog.text AS "byIndex",
    (SELECT pg_catalog.count(*) FROM ONLY ${relation} AS c WHERE ${[byTheTable, ...truths].join(' AND ')})::pg_catalog.text AS "byTable"`;
}

/** A hash index answers for one value at a time: each value of the table is asked for once. */
function countByValue({ relation, key, predicate }: CountableIndex): string {
  const kept = predicate === null ? '' : ` AND (${predicate})`;
  return `SELECT coalesce(pg_catalog.sum(v.rows), 0)::pg_catalog.text AS "byTable", coalesce(pg_catalog.sum(found.rows), 0)::pg_catalog.text AS "byIndex"
    FROM (SELECT (${key}) AS key, pg_catalog.count(*) AS rows FROM ONLY ${relation} AS c
        WHERE ${byTheTable} AND ((${key}) IS NOT NULL) IS TRUE${predicate === null ? '' : ` AND (${predicate}) IS TRUE`}
        GROUP BY 1 OFFSET 0) AS v
      CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS rows FROM ONLY ${relation} AS p WHERE (${key}) = v.key${kept}) AS found`;
}

/** Rows by both ways; or that the server would not read as it is asked to. */
type IndexCounts = { readonly byTable: number; readonly byIndex: number } | { readonly notVerified: string };

/** Counts the rows that an index leads to, and those of its table, in one statement. */
export async function countByIndex(session: Session, index: CountableIndex): Promise<IndexCounts> {
  const question = countingQuestion(index);
  if ('notVerified' in question) return question;
  return await readBy(session, question.ways, async () => {
    const { rows: plans } = await session.query(`EXPLAIN (FORMAT JSON, COSTS OFF) ${question.sql}`);
    const scans = scansOf(plans[0]?.['QUERY PLAN']);
    const usesIt = scans.some(({ index: used }) => used === index.bareName);
    const others = scans.filter(({ index: used, type }) => used !== index.bareName && type !== 'Tid Range Scan');
    if (!usesIt || others.length > 0) {
      return { notVerified: 'the server reads these rows in no way that leads through this index alone' };
    }
    const [row = {}] = (await session.query(question.sql)).rows;
    return { byTable: Number(row['byTable']), byIndex: Number(row['byIndex']) };
  });
}

interface Scan {
  readonly type: string;
  readonly index: string | null;
}

/** The nodes of a plan that read a relation; of a bitmap the scan of the index. */
function scansOf(plan: unknown): readonly Scan[] {
  if (Array.isArray(plan)) return plan.flatMap(scansOf);
  if (typeof plan !== 'object' || plan === null) return [];
  const node = plan as Readonly<Record<string, unknown>>;
  const below = [...scansOf(node['Plan']), ...scansOf(node['Plans'])];
  const type = typeof node['Node Type'] === 'string' ? node['Node Type'] : '';
  if (!type.endsWith('Scan') || type === 'Bitmap Heap Scan' || type === 'Subquery Scan') return below;
  return [{ type, index: typeof node['Index Name'] === 'string' ? node['Index Name'] : null }, ...below];
}
