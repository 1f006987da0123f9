import { addressesOf, readSnapshot } from '../../../foundation/catalog/snapshot/read-snapshot.js';
import { readSettled } from '../../../foundation/integrity/unwritten-tables.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { DatabaseState } from './read-state.js';

/**
 * A state that its reader has committed, with sequences where they stand now: no savepoint takes back what they gave out.
 * Only the named ones can have moved; any, where that is null.
 */
export async function settle(
  session: Session,
  state: DatabaseState,
  moved: ReadonlySet<string> | null,
): Promise<DatabaseState> {
  const settledAt = await readSettled(session);
  const snapshot = await readSnapshot(session, {
    followed: true,
    earlier: state.snapshot,
    ...(moved === null ? {} : { moved }),
  });
  const { data } = state;
  return { snapshot, addresses: addressesOf(snapshot) ?? state.addresses, data, settledAt };
}
