import type { Session } from '../postgres/session.js';
import { foreign, ident, reachable, type RowCondition } from './row-conditions.js';

/** A column whose domain promises something that nobody vouches for. */
interface DomainRow {
  readonly relation: string;
  readonly column: string;
  readonly domain: string;
  /** Of the constraint; null: the domain's NOT NULL. */
  readonly constraint: string | null;
  /** Over VALUE; null for NOT NULL. */
  readonly expression: string | null;
  /** What the domain is made of in the end, as a cast has it. */
  readonly base: string;
  /** `inside`: an attribute of a composite type, which this cannot look into. */
  readonly place: 'column' | 'elements' | 'inside';
}

/*
 * A domain over a domain promises what both do. NOT NULL is asked though it is enforced: a subquery without a row gives a
 * NULL of the domain's type, and that is stored. A CHECK is asked when it was never validated.
 */
const domainsSql = `
  WITH RECURSIVE chain(domain, oid, base) AS (
    SELECT t.oid, t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT k.domain, t.oid, t.typbasetype FROM chain k JOIN pg_catalog.pg_type t ON t.oid = k.base AND t.typtype = 'd'),
  bases AS (SELECT k.domain, k.base FROM chain k JOIN pg_catalog.pg_type t ON t.oid = k.base AND t.typtype <> 'd'),
  promises AS (
    SELECT k.domain, NULL::pg_catalog.text AS "constraint", NULL::pg_catalog.text AS expression
    FROM chain k JOIN pg_catalog.pg_type t ON t.oid = k.oid WHERE t.typnotnull
    UNION
    SELECT k.domain, n.conname::pg_catalog.text, pg_catalog.pg_get_expr(n.conbin, 0)
    FROM chain k JOIN pg_catalog.pg_constraint n ON n.contypid = k.oid WHERE n.contype = 'c' AND NOT n.convalidated),
  held(relid, attname, type, place) AS (
    SELECT c.oid, a.attname, a.atttypid, 'column' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT h.relid, h.attname, coalesce(i.atttypid, t.typelem),
      CASE WHEN i.atttypid IS NULL AND h.place = 'column' THEN 'elements' ELSE 'inside' END
    FROM held h JOIN pg_catalog.pg_type t ON t.oid = h.type
      LEFT JOIN pg_catalog.pg_attribute i ON t.typtype = 'c' AND i.attrelid = t.typrelid AND i.attnum > 0 AND NOT i.attisdropped
    WHERE i.atttypid IS NOT NULL OR (t.typcategory = 'A' AND t.typtype = 'b' AND t.typelem <> 0))
  SELECT DISTINCT ${ident('n', 'c')} AS relation, pg_catalog.quote_ident(h.attname) AS "column",
    pg_catalog.format_type(h.type, NULL) AS domain, p."constraint", p.expression,
    pg_catalog.format_type(b.base, -1) AS base, h.place
  FROM held h JOIN promises p ON p.domain = h.type JOIN bases b ON b.domain = h.type
    JOIN pg_catalog.pg_class c ON c.oid = h.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relispopulated AND ${reachable} AND ${foreign('n')}
  ORDER BY 1, 2, 3, 4`;

export interface DomainConditions {
  readonly conditions: readonly RowCondition[];
  /** Domains within composite types, each by its column. */
  readonly hidden: readonly { readonly relation: string; readonly name: string }[];
}

/** What domains promise of the columns that are of them, as conditions on rows. Names are qualified where search_path is pinned. */
export async function readDomainConditions(session: Session): Promise<DomainConditions> {
  const rows = (await session.query(domainsSql)).rows as unknown as readonly DomainRow[];
  const nameOf = ({ column, domain, constraint }: DomainRow) => `${column} by ${constraint ?? 'NOT NULL'} of ${domain}`;
  return {
    conditions: rows
      .filter(({ place }) => place !== 'inside')
      .map((row) => ({
        kind: 'violated',
        relation: row.relation,
        referenced: null,
        name: nameOf(row),
        vouched: false,
        keyed: false,
        sources: [row.relation],
        violated: violatedBy(row),
      })),
    hidden: rows
      .filter(({ place }) => place === 'inside')
      .map((row) => ({ relation: row.relation, name: nameOf(row) })),
  };
}

/** Cast to what the domain is made of: a cast to a domain would raise an error where a value breaks it. */
function violatedBy({ column, expression, base, place }: DomainRow): string {
  const broken = (value: string): string =>
    expression === null ? `${value} IS NULL` : `NOT (${putIn(expression, `(${value}::${base})`)})`;
  if (place === 'column') return broken(`c.${column}`);
  return `EXISTS (SELECT FROM pg_catalog.unnest(c.${column}) AS e(element) WHERE ${broken('e.element')})`;
}

/** The server writes VALUE in capitals and without quotes only where the value is meant. */
function putIn(expression: string, value: string): string {
  return expression.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\bVALUE\b/g, (part) => (part === 'VALUE' ? value : part));
}
