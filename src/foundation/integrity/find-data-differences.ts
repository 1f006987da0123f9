import type { TableChecksum } from './checksum-tables.js';

/** Rows of one table that are not what they were. */
export type DataDifference =
  | { readonly kind: 'table-gone'; readonly relation: string; readonly rowsBefore: number }
  | {
      readonly kind: 'columns-gone';
      readonly relation: string;
      readonly columns: readonly string[];
      readonly rowsBefore: number;
    }
  | {
      readonly kind: 'count';
      readonly relation: string;
      readonly rowsBefore: number;
      readonly rowsAfter: number;
    }
  | { readonly kind: 'values'; readonly relation: string; readonly rows: number };

/**
 * What became of the rows of `before`; tables that only `after` has do not count. `after` must have been read with the
 * scope of `before`. A table or column that is gone and held nothing is no loss of data.
 */
export function findDataDifferences(
  before: readonly TableChecksum[],
  after: readonly TableChecksum[],
): readonly DataDifference[] {
  const later = new Map(after.map((table) => [table.relation, table]));
  return before.flatMap((table) => compareTable(table, later.get(table.relation)));
}

function compareTable(before: TableChecksum, after: TableChecksum | undefined): readonly DataDifference[] {
  const { relation, rows: rowsBefore } = before;
  if (after === undefined || (after.checksum === null && after.missing.length === before.columns.length)) {
    return rowsBefore === 0 ? [] : [{ kind: 'table-gone', relation, rowsBefore }];
  }
  if (after.rows !== rowsBefore) return [{ kind: 'count', relation, rowsBefore, rowsAfter: after.rows }];
  if (after.checksum === null) {
    return rowsBefore === 0 ? [] : [{ kind: 'columns-gone', relation, columns: after.missing, rowsBefore }];
  }
  return after.checksum === before.checksum ? [] : [{ kind: 'values', relation, rows: rowsBefore }];
}
