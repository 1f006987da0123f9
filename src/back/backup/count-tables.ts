import { checksumTables } from '../../foundation/integrity/checksum-tables.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { BackupTable } from '../../model/backup.js';
import type { DumpedTable } from './read-origin.js';

/** Up to where rows are summed: beyond, the snapshot would be held for the sums and not for the dump. */
export interface ChecksumLimits {
  readonly tableBytes: number;
  readonly totalBytes: number;
}

export const usualChecksumLimits: ChecksumLimits = { tableBytes: 256 * 2 ** 20, totalBytes: 2 * 2 ** 30 };

/** The tables whose rows are summed: the smallest first, as many as the limits allow. */
export function chooseChecksummed(tables: readonly DumpedTable[], limits: ChecksumLimits): ReadonlySet<string> {
  const chosen = new Set<string>();
  let total = 0;
  for (const { relation, bytes } of tables.toSorted((left, right) => left.bytes - right.bytes)) {
    if (bytes > limits.tableBytes || total + bytes > limits.totalBytes) break;
    total += bytes;
    chosen.add(relation);
  }
  return chosen;
}

/** Rows of each table, in the transaction that is open; its snapshot is the one that is dumped. */
export async function countTables(
  session: Session,
  tables: readonly DumpedTable[],
  limits: ChecksumLimits,
): Promise<readonly BackupTable[]> {
  const chosen = chooseChecksummed(tables, limits);
  const summed = await checksumTables(
    session,
    tables.filter(({ relation }) => chosen.has(relation)),
  );
  const sums = new Map(summed.map((table) => [table.relation, table]));
  return tables.map(({ relation, columns, estimatedRows }) => {
    const sum = sums.get(relation);
    if (sum === undefined || sum.checksum === null) return { counted: 'estimate', relation, rows: estimatedRows };
    return { counted: 'checksum', relation, columns, rows: sum.rows, checksum: sum.checksum };
  });
}
