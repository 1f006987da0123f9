import type { Session } from '../postgres/session.js';
import { quoteLiteral } from '../sql/quote-identifier.js';
import type { PageRange } from './count-violations.js';
import { ident, reachable } from './row-conditions.js';

const functions = ['bt_index_check', 'verify_heapam', 'gin_index_check'] as const;
export type AmcheckFunction = (typeof functions)[number];

/** What of amcheck this session may use. */
export interface Amcheck {
  /** Quoted; null: the extension is not in this database. */
  readonly schema: string | null;
  /** It could be installed. */
  readonly available: boolean;
  /** Functions that are there and may be run. */
  readonly allowed: readonly AmcheckFunction[];
  /** There, but not for this role: with its arguments, as GRANT wants it. */
  readonly refused: readonly string[];
  /** bt_index_check looks for duplicates too, since 17. */
  readonly checksUnique: boolean;
}

const functionsSql = `
  SELECT pg_catalog.quote_ident(n.nspname) AS schema, p.proname::pg_catalog.text AS name,
    pg_catalog.has_function_privilege(p.oid, 'EXECUTE') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS allowed,
    p.pronargs AS arguments, pg_catalog.pg_get_function_identity_arguments(p.oid) AS signature
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      AND d.refobjid = e.oid AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    JOIN pg_catalog.pg_proc p ON p.oid = d.objid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE e.extname = 'amcheck' AND p.proname IN (${functions.map(quoteLiteral).join(', ')})
  ORDER BY p.proname, p.pronargs`;

/** Looks for the extension, and for what of it the session's role may run. */
export async function findAmcheck(session: Session): Promise<Amcheck> {
  const { rows } = await session.query(functionsSql);
  const available = await session.query(`SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'amcheck'`);
  const allowed = rows.filter(
    (row) => row['allowed'] === true && (row['name'] !== 'bt_index_check' || Number(row['arguments']) > 1),
  );
  const names = new Set(allowed.map((row) => String(row['name'])));
  return {
    schema: rows[0] === undefined ? null : String(rows[0]['schema']),
    available: available.rows.length > 0,
    allowed: functions.filter((name) => names.has(name)),
    refused: rows
      .filter((row) => row['allowed'] !== true)
      .map((row) => `${String(row['schema'])}.${String(row['name'])}(${types(String(row['signature']))})`),
    checksUnique: allowed.some((row) => row['name'] === 'bt_index_check' && Number(row['arguments']) === 3),
  };
}

/** `index regclass, heapallindexed boolean` without the names, as GRANT takes it. */
function types(signature: string): string {
  return signature
    .split(', ')
    .map((argument) => argument.slice(argument.indexOf(' ') + 1))
    .join(', ');
}

/** An index that amcheck knows how to read. */
export interface CheckableIndex {
  readonly relation: string;
  /** `schema.name`. */
  readonly index: string;
  readonly method: 'btree' | 'gin';
  readonly isUnique: boolean;
}

/* System catalogs are the server's own. */
const indexesSql = `
  SELECT ${ident('n', 'c')} AS relation, ${ident('xn', 'x')} AS index, m.amname::pg_catalog.text AS method, i.indisunique AS unique
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
  WHERE x.relkind = 'i' AND m.amname IN ('btree', 'gin') AND i.indisvalid AND i.indisready AND i.indislive
    AND ${reachable}
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  ORDER BY 1, 2`;

const heapsSql = `
  SELECT ${ident('n', 'c')} AS relation
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_am m ON m.oid = c.relam
  WHERE c.relkind IN ('r', 'm') AND m.amname = 'heap' AND c.relispopulated
    AND ${reachable}
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  ORDER BY 1`;

export async function listCheckableIndexes(session: Session): Promise<readonly CheckableIndex[]> {
  return (await session.query(indexesSql)).rows.map((row) => ({
    relation: String(row['relation']),
    index: String(row['index']),
    method: row['method'] as CheckableIndex['method'],
    isUnique: row['unique'] === true,
  }));
}

/** Tables and materialised views that have pages of their own. */
export async function listHeaps(session: Session): Promise<readonly string[]> {
  return (await session.query(heapsSql)).rows.map((row) => String(row['relation']));
}

/**
 * Reads an index through, under the lock of a reader; `heap`: and compares it with its table. @throws the server's error XX001
 * or XX002 that says what is broken.
 */
export async function checkIndex(
  session: Session,
  { index, method, isUnique }: CheckableIndex,
  { schema, checksUnique, heap }: Pick<Amcheck, 'schema' | 'checksUnique'> & { readonly heap: boolean },
): Promise<void> {
  const name = `${quoteLiteral(index)}::pg_catalog.regclass`;
  const call =
    method === 'gin'
      ? `gin_index_check(${name})`
      : `bt_index_check(${name}, ${heap}${checksUnique ? `, ${isUnique && heap}` : ''})`;
  await session.query(`SELECT ${schema ?? ''}.${call}`);
}

/** What is wrong with some pages of a table: how many places, and the first in the server's words. */
export async function checkHeap(
  session: Session,
  relation: string,
  { schema, pages }: { readonly schema: string; readonly pages: PageRange },
): Promise<{ readonly places: number; readonly first: string | null }> {
  const { rows } = await session.query(
    `SELECT pg_catalog.count(*)::pg_catalog.text AS places, (pg_catalog.array_agg('block ' || h.blkno || coalesce(', line ' || h.offnum, '') || ': ' || h.msg
        ORDER BY h.blkno, h.offnum))[1] AS first
      FROM (SELECT pg_catalog.pg_relation_size($1::pg_catalog.regclass)
          / pg_catalog.current_setting('block_size')::pg_catalog.int8 - 1 AS page) AS last
        CROSS JOIN LATERAL ${schema}.verify_heapam($1::pg_catalog.regclass, false, true, 'none', least($2, last.page), least($3, last.page)) AS h`,
    [relation, pages.from, pages.to - 1],
  );
  return { places: Number(rows[0]?.['places']), first: (rows[0]?.['first'] ?? null) as string | null };
}
