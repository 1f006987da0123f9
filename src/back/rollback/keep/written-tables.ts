import type { TableChecksum } from '../../../foundation/integrity/checksum-tables.js';
import type { Script } from '../../../model/migration.js';
import type { Addresses } from '../invert/inversion.js';

/** The rows of a database, and where the server keeps its tables. */
export interface SeenRows {
  readonly data: readonly TableChecksum[];
  readonly addresses: Addresses;
}

const writes = /\b(?:insert|update|delete|truncate|merge|copy|do|call|select|execute|perform)\b/i;
const onlyNames = /\bon\s+(?:delete|update)\b/gi;

/** Whether a statement of a script may write rows; by its words alone, so rather too often. */
export function mayWrite({ statements }: Script): boolean {
  return statements.some(({ sql, copyData }) => copyData !== null || writes.test(sql.replaceAll(onlyNames, '')));
}

const kinds = ['table', 'materialized view'];

/**
 * Relations whose rows a change wrote: by their checksums where their columns are the same before and after it, else every
 * one with rows, unless no statement of the change can write any.
 */
export function writtenTables(before: SeenRows, after: SeenRows, change: Script): ReadonlySet<string> {
  const later = new Map(after.data.map((table) => [table.relation, table]));
  const places = new Map([...after.addresses].map(([key, address]) => [address, key]));
  // By its address: what has its name by now may be another table.
  const nameNow = (relation: string): string => {
    const address = kinds.flatMap((kind) => before.addresses.get(`${kind} ${relation}`) ?? [])[0];
    const key = address === undefined ? undefined : places.get(address);
    return key?.replace(/^(?:table|materialized view) /, '') ?? relation;
  };
  const writesRows = mayWrite(change);
  const isWritten = (table: TableChecksum): boolean => {
    const now = later.get(nameNow(table.relation));
    const comparable = now !== undefined && now.columns.join('\0') === table.columns.join('\0');
    return comparable ? now.checksum !== table.checksum || now.rows !== table.rows : writesRows;
  };
  return new Set(before.data.filter(isWritten).map(({ relation }) => relation));
}
