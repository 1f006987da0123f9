import type { Session } from '../../../../../foundation/postgres/session.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type DataCondition, type DataTest, type DomainRule, sqlName, type TableName } from './data-condition.js';
import { insideOf } from './partition-bounds.js';

/**
 * What a condition asks of which tables, where only the catalog knows them: those with columns of a domain, or the default
 * partition. Call it inside a short transaction.
 */
export async function spreadCondition(session: Session, condition: DataCondition): Promise<readonly DataCondition[]> {
  const { test, table } = condition;
  if (test.kind === 'domain') return await ofDomain(session, condition, test.rule);
  if (test.kind !== 'left to others') return [condition];
  const [found] = (await session.query(defaultSql, [sqlName(table)])).rows;
  if (found === undefined) return [];
  const inside = await insideOf(session, sqlName(test.parent), test.bound);
  const counted: DataTest = inside === null ? { kind: 'uncounted' } : { kind: 'rows', violated: inside };
  return [{ ...condition, table: nameIn(found), test: counted }];
}

const defaultSql = `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name
  FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_class c ON c.oid = p.partdefid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE p.partrelid = pg_catalog.to_regclass($1)::pg_catalog.oid`;

/*
 * Columns of the domain and of domains over it are read by ALTER DOMAIN. Where a table keeps its values inside of arrays, composite
 * types or ranges, all of 15 to 18 refuse ("cannot alter type … because column … uses it"), whatever the rows hold.
 */
const columnsSql = `WITH RECURSIVE holder(oid, plain) AS (
    SELECT pg_catalog.to_regtype($1)::pg_catalog.oid, true
    UNION SELECT t.oid, holder.plain AND t.typtype = 'd'
      FROM holder JOIN pg_catalog.pg_type t ON t.oid <> holder.oid AND (
        (t.typtype = 'd' AND t.typbasetype = holder.oid) OR (t.typelem = holder.oid AND t.typlen = -1)
        OR EXISTS (SELECT FROM pg_catalog.pg_range r WHERE (r.rngtypid = t.oid AND r.rngsubtype = holder.oid)
          OR (r.rngmultitypid = t.oid AND r.rngtypid = holder.oid))
        OR EXISTS (SELECT FROM pg_catalog.pg_class m JOIN pg_catalog.pg_attribute f ON f.attrelid = m.oid
          WHERE m.oid = t.typrelid AND m.relkind = 'c' AND f.atttypid = holder.oid AND f.attnum > 0 AND NOT f.attisdropped)))
  SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name, a.attname::pg_catalog.text AS column, holder.plain
  FROM holder JOIN pg_catalog.pg_attribute a ON a.atttypid = holder.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') OR (c.relkind = 'p' AND NOT holder.plain)
  ORDER BY holder.plain, 1, 2, 3`;

const constraintSql = `SELECT pg_catalog.pg_get_expr(k.conbin, 0) AS expression FROM pg_catalog.pg_constraint k
  WHERE k.contypid = pg_catalog.to_regtype($1)::pg_catalog.oid AND k.conname = $2 AND k.contype = 'c' AND NOT k.convalidated`;

async function ofDomain(
  session: Session,
  condition: DataCondition,
  rule: DomainRule,
): Promise<readonly DataCondition[]> {
  const name = sqlName(condition.table);
  const known = await inWords(session, name, rule);
  if (known === null) return [];
  const columns = (await session.query(columnsSql, [name])).rows;
  return columns.map((row) => {
    const column = String(row['column']);
    const test: DataTest =
      row['plain'] === true
        ? { kind: 'rows', violated: violatedBy(known, column), alone: true }
        : { kind: 'refused by the server' };
    return { ...condition, what: `${condition.what} of ${column}`, table: nameIn(row), test };
  });
}

type KnownRule = Exclude<DomainRule, { readonly kind: 'constraint' }>;

/** Null where there is no such constraint, or the server vouches for it. */
async function inWords(session: Session, domain: string, rule: DomainRule): Promise<KnownRule | null> {
  if (rule.kind !== 'constraint') return rule;
  const [found] = (await session.query(constraintSql, [domain, rule.name])).rows;
  return found === undefined ? null : { kind: 'check', expression: String(found['expression']) };
}

/** VALUE is no reserved word: a column may be called so. A check that is NULL holds. */
function violatedBy(rule: KnownRule, column: string): string {
  const value = `c.${quoteIdentifier(column)}`;
  // IS NULL is true of a row of NULLs too.
  if (rule.kind === 'not null') return `pg_catalog.num_nulls(${value}) = 1`;
  return `(SELECT NOT (${rule.expression}) FROM (SELECT ${value}) AS v(value))`;
}

function nameIn(row: Readonly<Record<string, unknown>>): TableName {
  return { schema: String(row['schema']), name: String(row['name']) };
}
