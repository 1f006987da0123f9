import type { Session } from '../postgres/session.js';

/** Something that every row of a relation is to satisfy. */
export interface RowCondition {
  readonly kind: 'orphans' | 'violated';
  /** `schema.name` of the table, or of the partitioned one, that has the constraint. */
  readonly relation: string;
  /** The table that is referred to; null for a CHECK or NOT NULL. */
  readonly referenced: string | null;
  readonly name: string;
  /** Whether the server sees to it: it is validated, enforced, and nobody switched its triggers off. */
  readonly vouched: boolean;
  /** What is referred to has an index. */
  readonly keyed: boolean;
  /** The tables that hold the rows: the relation itself, or its partitions. */
  readonly sources: readonly string[];
  /** SQL over the alias `c`, true for a row at fault. */
  readonly violated: string;
}

export const ident = (schema: string, relation: string) =>
  `pg_catalog.quote_ident(${schema}.nspname) || '.' || pg_catalog.quote_ident(${relation}.relname)`;
export const foreign = (schema: string) =>
  `${schema}.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'lockkeeper_keep')`;

/** Rows of `c` that a session can reach: not those of others' temporary tables, nor on a standby what is unlogged. */
export const reachable = `CASE c.relpersistence WHEN 'u' THEN NOT pg_catalog.pg_is_in_recovery()
  WHEN 't' THEN NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace) ELSE true END`;

export const sources = `CASE WHEN c.relkind = 'p' THEN ARRAY(SELECT ${ident('ln', 'l')} FROM pg_catalog.pg_partition_tree(c.oid) t
    JOIN pg_catalog.pg_class l ON l.oid = t.relid JOIN pg_catalog.pg_namespace ln ON ln.oid = l.relnamespace
    WHERE t.isleaf AND l.relkind = 'r') ELSE ARRAY[${ident('n', 'c')}] END`;

/* A temporal key's last column has to be covered by the periods that it refers to. The columns of 18 are not there before. */
const foreignKeysSql = `
  SELECT ${ident('n', 'c')} AS relation, ${ident('fn', 'f')} AS referenced, f.relkind = 'p' AS spread, k.conname::text AS name,
    ${sources} AS sources, k.confmatchtype = 'f' AS full, pg_catalog.to_jsonb(k) ->> 'conperiod' = 'true' AS period,
    k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false' AND NOT EXISTS (SELECT
      FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O') AS vouched,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('own', pg_catalog.quote_ident(a.attname),
        'other', pg_catalog.quote_ident(b.attname),
        'operator', pg_catalog.quote_ident(opn.nspname) || '.' || o.oprname) ORDER BY p.place)
      FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
          WITH ORDINALITY AS p(own, other, operator, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.own
        JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.other
        JOIN pg_catalog.pg_operator o ON o.oid = p.operator
        JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) AS pairs
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relkind IN ('r', 'p') AND ${reachable} AND ${foreign('n')}
    AND ($1::pg_catalog.oid[] IS NULL OR k.conrelid = ANY ($1) OR k.confrelid = ANY ($1))`;

/* Partitions have copies of a parent's CHECK; each tells of its own rows. NOT NULL has entries of its own since 18. */
const checksSql = `
  SELECT ${ident('n', 'c')} AS relation, k.conname::text AS name,
    CASE k.contype WHEN 'c' THEN 'NOT (' || pg_catalog.pg_get_expr(k.conbin, k.conrelid) || ')'
      ELSE (SELECT 'c.' || pg_catalog.quote_ident(a.attname) || ' IS NULL' FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) END AS violated
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype IN ('c', 'n') AND c.relkind = 'r' AND ${reachable} AND ${foreign('n')}
    AND ($1::pg_catalog.oid[] IS NULL OR k.conrelid = ANY ($1))
    AND NOT (k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false')`;

/* With the partitioned tables that they are a part of. */
const oidsSql = `SELECT pg_catalog.array_agg(DISTINCT whole.oid)::pg_catalog.text AS oids
  FROM (SELECT pg_catalog.to_regclass(name) AS oid FROM pg_catalog.unnest($1::pg_catalog.text[]) AS name) named,
    LATERAL (SELECT named.oid::pg_catalog.oid UNION ALL
      SELECT t.relid::pg_catalog.oid FROM pg_catalog.pg_partition_ancestors(named.oid) AS t(relid)) whole
  WHERE named.oid IS NOT NULL`;

interface KeyRow {
  readonly relation: string;
  readonly referenced: string;
  readonly spread: boolean;
  readonly name: string;
  readonly sources: readonly string[];
  readonly full: boolean;
  readonly period: boolean;
  readonly vouched: boolean;
  readonly pairs: readonly KeyPair[];
}

interface KeyPair {
  readonly own: string;
  readonly other: string;
  readonly operator: string;
}

/**
 * All foreign keys, validated or not, and each CHECK and NOT NULL that the server does not vouch for; of some relations,
 * `schema.name` each, only those from or to them.
 */
export async function readRowConditions(
  session: Session,
  relations: ReadonlySet<string> | null = null,
): Promise<readonly RowCondition[]> {
  const of = relations === null ? null : await session.query(oidsSql, [[...relations]]);
  const oids = of === null ? null : (of.rows[0]?.['oids'] ?? '{}');
  const keys = (await session.query(foreignKeysSql, [oids])).rows as unknown as readonly KeyRow[];
  const checks = (await session.query(checksSql, [oids])).rows as unknown as readonly Pick<
    RowCondition,
    'relation' | 'name' | 'violated'
  >[];
  return [
    ...keys.map((key): RowCondition => {
      const { relation, referenced, name, vouched, sources: places } = key;
      const what = { kind: 'orphans', relation, referenced, name } as const;
      return { ...what, vouched, keyed: true, sources: places, violated: isOrphan(key) };
    }),
    ...checks.map(
      (check): RowCondition => ({
        ...check,
        kind: 'violated',
        referenced: null,
        vouched: false,
        keyed: false,
        sources: [check.relation],
      }),
    ),
  ];
}

/** A NULL refers to nothing and is no orphan, unless the key is MATCH FULL and another of its columns has a value. */
function isOrphan({
  referenced,
  spread,
  full,
  period,
  pairs,
}: Omit<KeyRow, 'relation' | 'name' | 'sources' | 'vouched'>) {
  const given = pairs.map(({ own }) => `c.${own} IS NOT NULL`).join(full ? ' OR ' : ' AND ');
  const from = `${spread ? '' : 'ONLY '}${referenced} AS p`;
  const plain = (period ? pairs.slice(0, -1) : pairs).map(
    ({ own, other, operator }) => `p.${other} OPERATOR(${operator}) c.${own}`,
  );
  const last = pairs.at(-1);
  if (!period || last === undefined)
    return `(${given}) AND NOT EXISTS (SELECT FROM ${from} WHERE ${plain.join(' AND ')})`;
  // As the server asks: an empty range overlaps nothing, and so nothing covers it.
  const met = [...plain, `p.${last.other} OPERATOR(pg_catalog.&&) c.${last.own}`].join(' AND ');
  const covered = `SELECT pg_catalog.range_agg(p.${last.other}) FROM ${from} WHERE ${met}`;
  return `(${given}) AND (c.${last.own} OPERATOR(pg_catalog.<@) (${covered})) IS NOT TRUE`;
}
