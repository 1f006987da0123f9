import { type RowCondition, readRowConditions } from '../../../../../foundation/integrity/row-conditions.js';
import type { Row, Session } from '../../../../../foundation/postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type DataTest, sqlName, type TableName } from './data-condition.js';
import { overlapsOf } from './overlap-conditions.js';
import { insideOfOthers, outsideOf, outsideOfParent } from './partition-bounds.js';
import { holdsAll } from './type-conditions.js';

/** A table that holds rows itself, and how many pages by the last statistics. */
export interface Source {
  readonly name: string;
  readonly pages: number;
}

/** A test with everything that the catalog had to say. */
export type CountableTest =
  | {
      readonly kind: 'rows';
      readonly sources: readonly (Source & { readonly violated: string })[];
      /** Whose rows are those of several sources together, all judged by one text; null for others. */
      readonly whole: string | null;
    }
  | {
      readonly kind: 'conversion';
      readonly sources: readonly Source[];
      readonly value: string;
      readonly type: string;
      /** The column's own value, without USING. */
      readonly plain: boolean;
    }
  | {
      readonly kind: 'duplicates';
      readonly source: string;
      readonly keys: readonly string[];
      readonly where: readonly string[];
    };

/** `nothing to count`: whatever the rows hold, it is fine; `refused by the server`: whatever they hold, it is not. */
export type Prepared = CountableTest | 'not there yet' | 'nothing to count' | 'uncounted' | 'refused by the server';

/* Partitions and inheritance children hold rows of their own; resolving a name by to_regclass locks nothing. */
const sourcesSql = `WITH RECURSIVE tree(oid) AS (SELECT pg_catalog.to_regclass($1)::pg_catalog.oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
  SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name, c.relpages, c.relkind::pg_catalog.text AS kind
  FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY tree.oid <> pg_catalog.to_regclass($1)::pg_catalog.oid, 1, 2`;

const columnTypeSql = `SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) AS type FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = pg_catalog.to_regclass($1)::pg_catalog.oid AND a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped`;

const primaryKeySql = `SELECT a.attname::pg_catalog.text AS name FROM pg_catalog.pg_index i
    CROSS JOIN pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
  WHERE i.indrelid = pg_catalog.to_regclass($1)::pg_catalog.oid AND i.indisprimary ORDER BY k.place`;

/** Asks the catalog for what the text of the change does not say. Call it inside a short transaction. */
export async function prepareTest(session: Session, table: TableName, test: DataTest): Promise<Prepared> {
  if (test.kind === 'uncounted' || test.kind === 'refused by the server') return test.kind;
  const name = sqlName(table);
  const found = (await session.query(sourcesSql, [name])).rows;
  const [first] = found;
  if (first === undefined) return 'not there yet';
  const tables = tablesOf(found, first);
  const { sources, self } = tables;
  if (sources.length === 0 && found.every((row) => row['kind'] !== 'p')) return 'uncounted';
  switch (test.kind) {
    case 'rows':
      return rowsOf(test.alone === true ? { ...tables, sources: sources.slice(0, 1) } : tables, test.violated);
    case 'duplicates': {
      const given = test.nullsDiffer ? test.keys.map((key) => `${key} IS NOT NULL`) : [];
      const where = test.predicate === null ? given : [...given, test.predicate];
      return { kind: 'duplicates', source: first['kind'] === 'p' ? self : `ONLY ${self}`, keys: test.keys, where };
    }
    case 'orphans':
      return await prepareOrphans(session, tables, test);
    case 'bound':
    case 'default bound':
      return await prepareBound(session, tables, test);
    case 'overlaps': {
      // Only rows of one partition can meet: its key is compared for equality. Children that inherit are not compared.
      const compared = first['kind'] === 'p' ? sources : sources.slice(0, 1);
      const judged = compared.map((one) => ({ ...one, violated: overlapsOf(one.name, test) }));
      return { kind: 'rows', sources: judged, whole: null };
    }
    case 'conversion':
      return await prepareConversion(session, { name, tables, test });
    case 'validation':
      return await prepareValidation(session, tables, test.constraint);
    case 'domain':
    case 'left to others':
      // Spread over their tables before.
      return 'uncounted';
  }
}

interface Tables {
  /** `schema.name` of what the change names. */
  readonly self: string;
  /** Those that hold its rows. */
  readonly sources: readonly Source[];
}

function tablesOf(found: readonly Row[], first: Row): Tables {
  const sources = found
    .filter((row) => row['kind'] === 'r' || row['kind'] === 'm')
    .map((row) => ({ name: nameOf(row), pages: Number(row['relpages']) }));
  return { self: nameOf(first), sources };
}

function nameOf(row: Row): string {
  return qualifiedName(String(row['schema']), String(row['name']));
}

function rowsOf({ self, sources }: Tables, violated: string): CountableTest {
  const judged = sources.map((source) => ({ ...source, violated }));
  return { kind: 'rows', sources: judged, whole: sources.length > 1 ? self : null };
}

async function prepareBound(
  session: Session,
  tables: Tables,
  test: Extract<DataTest, { kind: 'bound' | 'default bound' }>,
): Promise<Prepared> {
  const parent = sqlName(test.parent);
  const own =
    test.kind === 'bound'
      ? await outsideOf(session, parent, test.bound)
      : await insideOfOthers(session, parent, test.made);
  if (own === null) return 'uncounted';
  const above = await outsideOfParent(session, parent);
  return rowsOf(tables, above === null ? own : `${own} OR ${above}`);
}

async function prepareOrphans(
  session: Session,
  tables: Tables,
  { own, referenced, columns, full, period }: Extract<DataTest, { kind: 'orphans' }>,
): Promise<Prepared> {
  const name = sqlName(referenced);
  const [target] = (await session.query(sourcesSql, [name])).rows;
  if (target === undefined) return 'not there yet';
  const others =
    columns.length > 0 ? columns : (await session.query(primaryKeySql, [name])).rows.map((row) => String(row['name']));
  if (others.length !== own.length) return 'not there yet';
  const given = own.map((column) => `c.${quoteIdentifier(column)} IS NOT NULL`).join(full ? ' OR ' : ' AND ');
  // A child that inherits from the table holds no keys of it.
  const from = `${target['kind'] === 'p' ? '' : 'ONLY '}${name} AS p`;
  const pairs = own.map((column, at) => ({
    c: `c.${quoteIdentifier(column)}`,
    p: `p.${quoteIdentifier(others[at] ?? '')}`,
  }));
  const orphaned = period
    ? notCovered(from, pairs)
    : `NOT EXISTS (SELECT FROM ${from} WHERE ${pairs.map(({ c, p }) => `${p} = ${c}`).join(' AND ')})`;
  return rowsOf(tables, `(${given}) AND ${orphaned}`);
}

/** The last pair are ranges; what the rows of the other side cover together has to hold this one. Nothing holds an empty one. */
function notCovered(from: string, pairs: readonly { readonly c: string; readonly p: string }[]): string {
  const same = pairs.map(({ c, p }, at) =>
    at === pairs.length - 1 ? `${p} OPERATOR(pg_catalog.&&) ${c}` : `${p} = ${c}`,
  );
  const { c, p } = pairs.at(-1) ?? { c: 'NULL', p: 'NULL' };
  const covered = `SELECT pg_catalog.range_agg(${p}) FROM ${from} WHERE ${same.join(' AND ')}`;
  return `(${c} OPERATOR(pg_catalog.<@) (${covered})) IS NOT TRUE`;
}

async function prepareConversion(
  session: Session,
  { name, tables, test }: { name: string; tables: Tables; test: Extract<DataTest, { kind: 'conversion' }> },
): Promise<Prepared> {
  const [column] = (await session.query(columnTypeSql, [name, test.column])).rows;
  if (column === undefined) return 'not there yet';
  const isPlain = test.value === `c.${quoteIdentifier(test.column)}`;
  if (isPlain && holdsAll(String(column['type']), test.type)) return 'nothing to count';
  if (test.tooLong !== null) return rowsOf(tables, test.tooLong);
  return { kind: 'conversion', sources: tables.sources, value: test.value, type: test.type, plain: isPlain };
}

async function prepareValidation(session: Session, tables: Tables, constraint: string): Promise<Prepared> {
  const known: readonly RowCondition[] = await readRowConditions(session);
  const names = new Set(tables.sources.map((source) => source.name));
  const ofTable = known.filter(
    (one) => one.name === constraint && (one.relation === tables.self || names.has(one.relation)),
  );
  const [condition] = ofTable;
  if (condition === undefined || condition.vouched) return 'nothing to count';
  return rowsOf(tables, condition.violated);
}
