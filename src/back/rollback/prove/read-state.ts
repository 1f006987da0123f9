import { addressesOf, readSnapshot } from '../../../foundation/catalog/snapshot/read-snapshot.js';
import { checksumTables, type TableChecksum, type TableScope } from '../../../foundation/integrity/checksum-tables.js';
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
   * A state from which all that this database holds has come about, or of which it is a copy: tables that nobody wrote
   * since need not be hashed again. Where two databases went apart, it has to be one from before that.
   */
  readonly earlier?: DatabaseState;
  /** A state that this one is to be compared with: only its tables and columns count, and no dependencies. */
  readonly comparedWith?: DatabaseState;
}

/** Reads a database as its session sees it, in an open transaction too. */
export async function readState(
  session: Session,
  { earlier, comparedWith }: StateOptions = {},
): Promise<DatabaseState> {
  const settledAt = await readSettled(session);
  const snapshot = await readSnapshot(session, { dependencies: comparedWith === undefined });
  const scope: readonly TableScope[] | null = comparedWith?.data ?? null;
  const data = await checksumTables(session, scope, knownChecksums(earlier));
  const state = { snapshot, addresses: addressesOf(snapshot) ?? new Map(), data, settledAt };
  return comparedWith === undefined
    ? state
    : { ...state, recomputed: await findRecomputed(session, comparedWith, state) };
}

function knownChecksums(state: DatabaseState | undefined) {
  return state === undefined || state.settledAt === null ? null : { tables: state.data, since: state.settledAt };
}
