import type { TableDigest } from '../../../model/verify-report.js';
import type { DataSide } from './data-side.js';

/** Digests of tables, and why others could not be read. */
export interface TakenDigests {
  readonly tables: readonly TableDigest[];
  readonly unread: readonly { readonly relation: string; readonly reason: string }[];
}

/** Reads one table after the other. */
export async function takeDigests(
  side: DataSide,
  relations: readonly string[],
  onItem: (text: string) => void,
): Promise<TakenDigests> {
  const tables: TableDigest[] = [];
  const unread: { readonly relation: string; readonly reason: string }[] = [];
  for (const relation of relations) {
    onItem(relation);
    const digest = await side.digest(relation, null);
    if ('reason' in digest) unread.push({ relation, reason: digest.reason });
    else tables.push(digest);
  }
  return { tables, unread };
}
