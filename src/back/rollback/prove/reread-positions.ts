import { readPositions } from '../../../foundation/catalog/snapshot/sequence-positions.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { DatabaseState } from './read-state.js';

/** The state with its sequences where they stand now: no savepoint takes back what they gave out. */
export async function rereadPositions(session: Session, state: DatabaseState): Promise<DatabaseState> {
  const { objects } = state.snapshot;
  const sequences = objects.flatMap(({ kind, identity }) => (kind === 'sequence' ? [identity] : []));
  if (sequences.length === 0) return state;
  const positions = await readPositions(session, sequences);
  const moved = objects.map((object) => {
    const position = object.kind === 'sequence' ? positions.get(object.identity) : undefined;
    return position === undefined ? object : { ...object, facts: { ...object.facts, position } };
  });
  return { ...state, snapshot: { ...state.snapshot, objects: moved } };
}
