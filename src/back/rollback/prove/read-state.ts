import { readSnapshot } from '../../../foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables, type TableChecksum, type TableScope } from '../../../foundation/integrity/checksum-tables.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';

/** A database at one moment: all that migrations made, and its rows. */
export interface DatabaseState {
  readonly snapshot: SchemaSnapshot;
  readonly data: readonly TableChecksum[];
}

/** Reads a database as its session sees it, in an open transaction too. With a scope only its tables and columns count. */
export async function readState(session: Session, scope: readonly TableScope[] | null = null): Promise<DatabaseState> {
  return { snapshot: await readSnapshot(session), data: await checksumTables(session, scope) };
}
