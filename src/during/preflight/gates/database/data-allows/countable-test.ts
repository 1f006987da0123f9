import { type RowCondition, readRowConditions } from '../../../../../foundation/integrity/row-conditions.js';
import type { Session } from '../../../../../foundation/postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { DataTest, TableName } from './data-condition.js';
import { overlapsOf } from './overlap-conditions.js';
import { outsideOf } from './partition-bounds.js';
import { holdsAll } from './type-conditions.js';

/** A table that holds rows itself, and how many pages by the last statistics. */
export interface Source {
  readonly name: string;
  readonly pages: number;
}

/** A test with everything that the catalog had to say. */
export type CountableTest =
  | { readonly kind: 'rows'; readonly sources: readonly Source[]; readonly violated: string }
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

/** `nothing to count`: whatever the rows hold, it is fine. */
export type Prepared = CountableTest | 'not there yet' | 'nothing to count' | 'uncounted';

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
  if (test.kind === 'uncounted') return 'uncounted';
  const name = sqlName(table);
  const found = (await session.query(sourcesSql, [name])).rows;
  const [first] = found;
  if (first === undefined) return 'not there yet';
  const sources = found
    .filter((row) => row['kind'] === 'r')
    .map((row) => ({
      name: qualifiedName(String(row['schema']), String(row['name'])),
      pages: Number(row['relpages']),
    }));
  if (sources.length === 0 && found.every((row) => row['kind'] !== 'p')) return 'uncounted';
  switch (test.kind) {
    case 'rows':
      return { ...test, sources };
    case 'duplicates': {
      const self = qualifiedName(String(first['schema']), String(first['name']));
      const given = test.nullsDiffer ? test.keys.map((key) => `${key} IS NOT NULL`) : [];
      const where = test.predicate === null ? given : [...given, test.predicate];
      return { kind: 'duplicates', source: first['kind'] === 'p' ? self : `ONLY ${self}`, keys: test.keys, where };
    }
    case 'orphans':
      return await prepareOrphans(session, sources, test);
    case 'bound':
      return await prepareBound(session, sources, test);
    case 'overlaps':
      return prepareOverlaps(sources, found.length, test);
    case 'conversion':
      return await prepareConversion(session, { name, sources, test });
    case 'validation':
      return await prepareValidation(
        session,
        { relation: qualifiedName(String(first['schema']), String(first['name'])), sources },
        test.constraint,
      );
  }
}

async function prepareBound(
  session: Session,
  sources: readonly Source[],
  { parent, bound }: Extract<DataTest, { kind: 'bound' }>,
): Promise<Prepared> {
  const violated = await outsideOf(session, sqlName(parent), bound);
  return violated === null ? 'uncounted' : { kind: 'rows', sources, violated };
}

/** Rows of several partitions are compared through an index that nobody has yet. */
function prepareOverlaps(
  sources: readonly Source[],
  relations: number,
  { pairs, predicate }: Extract<DataTest, { kind: 'overlaps' }>,
): Prepared {
  const [only] = sources;
  if (only === undefined || relations > 1) return 'uncounted';
  return { kind: 'rows', sources, violated: overlapsOf(only.name, pairs, predicate) };
}

async function prepareOrphans(
  session: Session,
  sources: readonly Source[],
  { own, referenced, columns, full }: Extract<DataTest, { kind: 'orphans' }>,
): Promise<Prepared> {
  const name = sqlName(referenced);
  if ((await session.query(sourcesSql, [name])).rows.length === 0) return 'not there yet';
  const others =
    columns.length > 0 ? columns : (await session.query(primaryKeySql, [name])).rows.map((row) => String(row['name']));
  if (others.length !== own.length) return 'not there yet';
  const given = own.map((column) => `c.${quoteIdentifier(column)} IS NOT NULL`).join(full ? ' OR ' : ' AND ');
  const pairs = own.map((column, at) => `p.${quoteIdentifier(others[at] ?? '')} = c.${quoteIdentifier(column)}`);
  const violated = `(${given}) AND NOT EXISTS (SELECT FROM ${name} AS p WHERE ${pairs.join(' AND ')})`;
  return { kind: 'rows', sources, violated };
}

async function prepareConversion(
  session: Session,
  {
    name,
    sources,
    test,
  }: { name: string; sources: readonly Source[]; test: Extract<DataTest, { kind: 'conversion' }> },
): Promise<Prepared> {
  const [column] = (await session.query(columnTypeSql, [name, test.column])).rows;
  if (column === undefined) return 'not there yet';
  const isPlain = test.value === `c.${quoteIdentifier(test.column)}`;
  if (isPlain && holdsAll(String(column['type']), test.type)) return 'nothing to count';
  if (test.tooLong !== null) return { kind: 'rows', sources, violated: test.tooLong };
  return { kind: 'conversion', sources, value: test.value, type: test.type, plain: isPlain };
}

async function prepareValidation(
  session: Session,
  { relation, sources }: { readonly relation: string; readonly sources: readonly Source[] },
  constraint: string,
): Promise<Prepared> {
  const known: readonly RowCondition[] = await readRowConditions(session);
  const names = new Set(sources.map((source) => source.name));
  const ofTable = known.filter(
    (one) => one.name === constraint && (one.relation === relation || names.has(one.relation)),
  );
  const [condition] = ofTable;
  if (condition === undefined || condition.vouched) return 'nothing to count';
  return { kind: 'rows', sources, violated: condition.violated };
}

function sqlName({ schema, name }: TableName): string {
  return schema === null ? quoteIdentifier(name) : qualifiedName(schema, name);
}
