import { readPositions } from '../../../foundation/catalog/snapshot/sequence-positions.js';
import { readSettled } from '../../../foundation/integrity/unwritten-tables.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';
import type { DatabaseState } from './read-state.js';

/** A state that its reader has committed, with sequences where they stand now: no savepoint takes back what they gave out. */
export async function settle(session: Session, state: DatabaseState): Promise<DatabaseState> {
  const settledAt = await readSettled(session);
  return { ...state, settledAt, snapshot: await rereadPositions(session, state.snapshot) };
}

async function rereadPositions(session: Session, snapshot: SchemaSnapshot): Promise<SchemaSnapshot> {
  const { objects } = snapshot;
  const sequences = objects.flatMap(({ kind, identity }) => (kind === 'sequence' ? [identity] : []));
  if (sequences.length === 0) return snapshot;
  const positions = await readPositions(session, sequences);
  const moved = objects.map((object) => {
    const position = object.kind === 'sequence' ? positions.get(object.identity) : undefined;
    return position === undefined ? object : { ...object, facts: { ...object.facts, position } };
  });
  return { ...snapshot, objects: moved };
}
