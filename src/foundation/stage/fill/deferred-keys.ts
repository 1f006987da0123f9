import type { Session } from '../../postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../sql/quote-identifier.js';
import type { FillForeignKey, FillTable } from './fillable-table.js';
import { mayBeNull } from './fill-order.js';
import { dropKeyTable, joinKeys, makeKeyTable } from './key-tables.js';

export interface DeferredKey {
  readonly table: FillTable;
  readonly key: FillForeignKey;
  /** Rows that were there before the filler stay as they are. */
  readonly hadRows: boolean;
  readonly mostKeys: number;
  readonly number: number;
}

/** Points the rows of a table to referenced rows that did not exist when they were inserted. Errors are the server's. */
export async function fillDeferredKey(session: Session, deferred: DeferredKey): Promise<void> {
  const { table, key } = deferred;
  const others = table.foreignKeys.filter((other) => other !== key).flatMap((other) => other.columns);
  const shared = key.columns.flatMap((name, place) => (others.includes(name) ? [place] : []));
  const own = key.columns.filter((name) => !others.includes(name));
  if (own.length === 0) return;
  const keys = await makeKeyTable(session, key, { shared, mostKeys: deferred.mostKeys, number: deferred.number });
  try {
    if (keys.count > 0) await session.query(updateStatement(deferred, own, keys));
  } finally {
    await dropKeyTable(session, keys);
  }
}

function updateStatement(
  { table, key, hadRows }: DeferredKey,
  own: readonly string[],
  keys: Awaited<ReturnType<typeof makeKeyTable>>,
): string {
  const name = qualifiedName(table.schema, table.name);
  const isUnique = table.uniqueKeys.some((unique) => unique.some((column) => key.columns.includes(column)));
  // Four rows under one parent, where the key allows it: a chain as long as the table would be no tree.
  const join = joinKeys({
    keys,
    alias: 'f',
    index: isUnique ? 'x.r' : 'x.r / 4',
    sharedValues: keys.shared.map((place) => `x.${quoteIdentifier(key.columns[place] as string)}`),
  });
  const assignments = own.map((column) => `${quoteIdentifier(column)} = f.k${key.columns.indexOf(column)}`);
  const roots = mayBeNull(table, key) ? 'AND x.r % 10 <> 0' : '';
  return `
    UPDATE ${name} AS t SET ${assignments.join(', ')}
      FROM (SELECT s.*, s.tableoid AS of, s.ctid AS at, pg_catalog.row_number() OVER () AS r
              FROM ${name} AS s WHERE ${hadRows ? isOrphan({ alias: 's', key }) : 'true'}) AS x ${join}
     WHERE t.tableoid = x.of AND t.ctid = x.at AND f.i IS NOT NULL ${roots}`;
}

/** Condition that a row refers to a row that is not there. */
function isOrphan({ alias, key }: { readonly alias: string; readonly key: FillForeignKey }): string {
  const columns = key.columns.map((column) => `${alias}.${quoteIdentifier(column)}`);
  const same = columns.map((column, place) => `p.${quoteIdentifier(key.parentColumns[place] as string)} = ${column}`);
  return `${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')}
          AND NOT EXISTS (SELECT FROM ${key.parent} AS p WHERE ${same.join(' AND ')})`;
}

/** Deletes the rows whose references lead nowhere, and says how many they were: with triggers off, nobody else looks. */
export async function deleteOrphans(session: Session, table: FillTable): Promise<number> {
  let deleted = 0;
  for (const key of table.foreignKeys) {
    const name = qualifiedName(table.schema, table.name);
    const { rowCount } = await session.query(`DELETE FROM ${name} AS t WHERE ${isOrphan({ alias: 't', key })}`);
    deleted += rowCount ?? 0;
  }
  return deleted;
}
