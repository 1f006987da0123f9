import { addressesOf, readSnapshot } from '../../../foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables, type TableChecksum, type TableScope } from '../../../foundation/integrity/checksum-tables.js';
import { type LockedRelations, readLocked } from '../../../foundation/integrity/locked-relations.js';
import { readSettled } from '../../../foundation/integrity/unwritten-tables.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { findRecomputed } from './find-recomputed.js';
import type { ObjectKey, SchemaSnapshot } from '../../../model/schema-snapshot.js';

/** A database at one moment: all that migrations made, and its rows. */
export interface DatabaseState {
  readonly snapshot: SchemaSnapshot;
  /** Where the server keeps each object: what was only renamed stays where it is. */
  readonly addresses: ReadonlyMap<ObjectKey, string>;
  readonly data: readonly TableChecksum[];
  /** The transaction number (xid8) from which on all later writes count; null while the reader's own are not committed. */
  readonly settledAt: string | null;
  /** Materialised views that hold other rows than in the state to compare with, namely what their queries give now. */
  readonly recomputed?: ReadonlySet<string>;
}

export interface StateOptions {
  /**
   * A state from which all that this database holds has come about, or of which it is a copy: what nobody changed since
   * need not be read again. Where two databases went apart, it has to be one from before that.
   */
  readonly earlier?: DatabaseState;
  /** The open transaction began with `earlier`: then its locks tell what it may have written to. */
  readonly sinceBegin?: boolean;
  /** A state that this one is to be compared with: only its tables and columns count, and no dependencies. */
  readonly comparedWith?: DatabaseState;
}

/** Reads a database as its session sees it, in an open transaction too. Nobody else may be writing to it. */
export async function readState(
  session: Session,
  { earlier, sinceBegin = false, comparedWith }: StateOptions = {},
): Promise<DatabaseState> {
  const settledAt = await readSettled(session);
  const locked = sinceBegin ? await readLocked(session) : null;
  const snapshot = await readSnapshot(session, {
    dependencies: comparedWith === undefined,
    followed: true,
    ...(earlier === undefined ? {} : { earlier: earlier.snapshot }),
    ...(locked === null ? {} : { moved: locked.sequences }),
  });
  const scope: readonly TableScope[] | null = comparedWith?.data ?? null;
  const data = await checksumTables(session, scope, knownChecksums(earlier, locked));
  const recomputed =
    comparedWith === undefined ? undefined : await findRecomputed(session, comparedWith, { snapshot, data });
  return {
    snapshot,
    get addresses() {
      return addressesOf(snapshot) ?? new Map<ObjectKey, string>();
    },
    data,
    settledAt,
    ...(recomputed === undefined ? {} : { recomputed }),
  };
}

function knownChecksums(state: DatabaseState | undefined, locked: LockedRelations | null) {
  if (state === undefined || state.settledAt === null) return null;
  const known = { tables: state.data, since: state.settledAt };
  return locked === null ? known : { ...known, locked: locked.oids };
}
