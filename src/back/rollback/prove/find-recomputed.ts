import { checksumQuery } from '../../../foundation/integrity/checksum-tables.js';
import { findDataDifferences } from '../../../foundation/integrity/find-data-differences.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { DatabaseState } from './read-state.js';
import { givesNewValues } from './script-words.js';

/**
 * Materialised views that hold other rows than before, and just those that their queries give now: what they held before
 * came of an earlier refresh, and no statement can put it back. A query that gives other values each time cannot be asked
 * again; then that it was computed anew is all that can be known.
 */
export async function findRecomputed(
  session: Session,
  before: DatabaseState,
  now: Pick<DatabaseState, 'snapshot' | 'data'>,
): Promise<ReadonlySet<string>> {
  const differences = findDataDifferences(before.data, now.data);
  const differing = new Set(differences.map(({ relation }) => relation));
  const views = now.snapshot.objects.filter(
    ({ kind, identity }) => kind === 'materialized view' && differing.has(identity),
  );
  const recomputed = new Set<string>();
  for (const { identity, facts } of views) {
    const { definition } = facts.structure;
    const held = now.data.find(({ relation }) => relation === identity);
    if (typeof definition !== 'string' || held === undefined || held.checksum === null) continue;
    if (givesNewValues(definition) || (await holdsResult(session, definition, held))) recomputed.add(identity);
  }
  return recomputed;
}

async function holdsResult(
  session: Session,
  definition: string,
  { rows, checksum, columns }: DatabaseState['data'][number],
): Promise<boolean> {
  try {
    const result = await checksumQuery(session, { sql: definition.replace(/;\s*$/, ''), columns });
    return result.rows === rows && result.checksum === checksum;
  } catch (error) {
    if (session.closed) throw error;
    // What the query stumbles over now it cannot have been filled from.
    return false;
  }
}
