import { addressesOf, readSnapshot } from '../../../foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables, type TableChecksum, type TableScope } from '../../../foundation/integrity/checksum-tables.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { ObjectKey, SchemaSnapshot } from '../../../model/schema-snapshot.js';

/** A database at one moment: all that migrations made, and its rows. */
export interface DatabaseState {
  readonly snapshot: SchemaSnapshot;
  /** Where the server keeps each object: what was only renamed stays where it is. */
  readonly addresses: ReadonlyMap<ObjectKey, string>;
  readonly data: readonly TableChecksum[];
}

/** Reads a database as its session sees it, in an open transaction too. With a scope only its tables and columns count. */
export async function readState(session: Session, scope: readonly TableScope[] | null = null): Promise<DatabaseState> {
  const snapshot = await readSnapshot(session);
  return { snapshot, addresses: addressesOf(snapshot) ?? new Map(), data: await checksumTables(session, scope) };
}
