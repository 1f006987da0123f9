import { qualifiedName, quoteIdentifier } from '../../sql/quote-identifier.js';
import type { RowCondition } from './conditions.js';
import type { FillColumn, FillTable } from './fillable-table.js';
import { indexOf, type IndexPlan, type KeyPart, planIndexes } from './key-index.js';
import { joinKeys, type KeyTable } from './key-tables.js';
import { rankColumns } from './literals.js';
import type { ValueShape } from './value-shapes.js';

/** All that decides what the rows of one table (or of one of its partitions) look like. */
export interface InsertPlan {
  readonly table: FillTable;
  readonly conditions: readonly RowCondition[];
  /** Of every column that gets a value of its own; null where only NULL remains. */
  readonly shapes: ReadonlyMap<string, ValueShape | null>;
  /** In the order of joining: what a later one shares, an earlier one gives. */
  readonly keys: readonly KeyTable[];
  /** Last row number, from 0, that is to be tried. */
  readonly rows: number;
  readonly seed: number;
}

export interface CandidateRange {
  readonly from: number;
  readonly to: number;
  /** The most rows to insert. */
  readonly most: number;
}

const keyId = (place: number) => `key ${place}`;

/** Rules for the unique keys of the table, with foreign keys as one part each. */
export function planTableIndexes(plan: InsertPlan): IndexPlan {
  const giver = givers(plan);
  const parts: KeyPart[] = plan.keys.map((keys, place) => ({ id: keyId(place), count: keys.count }));
  for (const [name, shape] of plan.shapes) if (!giver.has(name)) parts.push({ id: name, count: shape?.count ?? 1 });
  const byName = new Map(plan.table.columns.map((column) => [column.name, column]));
  // A key with a sequence or an identity in it is unique whatever the rest is.
  const open = plan.table.uniqueKeys.filter((key) => key.every((name) => byName.get(name)?.source === 'generate'));
  const uniqueKeys = open.map((key) => key.map((name) => giver.get(name)?.part ?? name));
  return planIndexes(parts, uniqueKeys, plan.rows);
}

/** INSERT of the candidates in the range; those that break a condition are left out. */
export function insertStatement(plan: InsertPlan, indexes: IndexPlan, range: CandidateRange): string {
  const { table, conditions } = plan;
  const giver = givers(plan);
  const ranks = rankColumns(conditions.filter(({ columns }) => columns.length > 1).map(({ sql }) => sql));
  const rule = (id: string) => indexes.rules.get(id) ?? { kind: 'row' as const };
  const salt = (place: number) => plan.seed * 31 + place;
  const written = table.columns.filter((column) => giver.has(column.name) || plan.shapes.has(column.name));
  const values = written.map((column, place) => {
    const from = giver.get(column.name);
    if (from !== undefined) return orNull(plan, from.columns, { sql: from.sql, salt: salt(1000 + from.place) });
    const index = indexOf(rule(column.name), `(g.n + ${ranks.get(column.name) ?? 0})`, salt(place));
    const sql = plan.shapes.get(column.name)?.sql(index) ?? `NULL::${column.type.sql}`;
    return orNull(plan, [column], { sql, salt: salt(2000 + place) });
  });
  const joins = plan.keys.map((keys, place) =>
    joinKeys({
      keys,
      alias: `f${place}`,
      index: indexOf(rule(keyId(place)), 'g.n', salt(3000 + place)),
      sharedValues: keys.shared.map((shared) => giver.get(keys.key.columns[shared] as string)?.sql ?? 'NULL'),
    }),
  );
  const names = written.map((column) => quoteIdentifier(column.name));
  const present = written.filter((column) => column.notNull && giver.has(column.name));
  const accepted = [
    ...conditions.map(({ sql }) => `(${sql}) IS NOT FALSE`),
    ...present.map((column) => `${quoteIdentifier(column.name)} IS NOT NULL`),
  ];
  return `
    INSERT INTO ${qualifiedName(table.schema, table.name)} ${names.length === 0 ? '' : `(${names.join(', ')})`}
    SELECT ${names.join(', ')}
      FROM (SELECT ${values.map((value, place) => `${value} AS ${names[place]}`).join(', ')}
              FROM pg_catalog.generate_series(${range.from}::bigint, ${range.to}::bigint) AS g(n) ${joins.join(' ')}
           ) AS ${quoteIdentifier(table.name)}
     ${accepted.length === 0 ? '' : `WHERE ${accepted.join(' AND ')}`}
     LIMIT ${range.most}
     ${table.hasDeferrableKey ? '' : 'ON CONFLICT DO NOTHING'}`;
}

interface Giver {
  readonly part: string;
  readonly place: number;
  readonly sql: string;
  /** The columns that the same key gives: they are NULL together. */
  readonly columns: readonly FillColumn[];
}

/** Which key table gives the value of a column: the first that has it. */
function givers({ keys, table }: InsertPlan): ReadonlyMap<string, Giver> {
  const given = new Map<string, Giver>();
  keys.forEach(({ key }, place) => {
    const own = key.columns.filter((name) => !given.has(name));
    const columns = table.columns.filter((column) => own.includes(column.name));
    for (const name of own) {
      given.set(name, { part: keyId(place), place, sql: `f${place}.k${key.columns.indexOf(name)}`, columns });
    }
  });
  return given;
}

/** A tenth of the values of a column that may be NULL is; half of them where a condition weighs columns against each other. */
function orNull(
  { table, conditions }: InsertPlan,
  columns: readonly FillColumn[],
  value: { readonly sql: string; readonly salt: number },
): string {
  const concerns = (names: readonly string[]) => columns.some(({ name }) => names.includes(name));
  if (columns.some((column) => column.notNull) || table.uniqueKeys.some(concerns)) return value.sql;
  const odds = conditions.some((condition) => condition.columns.length > 1 && concerns(condition.columns)) ? 64 : 13;
  return `CASE WHEN pg_catalog.hashint8(g.n * 7919 + ${value.salt}) & 127 >= ${odds} THEN ${value.sql} END`;
}
