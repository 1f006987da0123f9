import { diffSnapshots } from '../../foundation/catalog/snapshot/diff.js';
import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import type { Session } from '../../foundation/postgres/session.js';
import { runScript } from '../../foundation/steps/run-script.js';
import type { Migration } from '../../model/migration.js';
import { facets } from '../../model/schema-snapshot.js';
import type { Rerun } from '../../model/trace.js';

/** All but the positions of sequences: numbers that were given out belong to the rows. */
const ofSchema = facets.filter((facet) => facet !== 'position');

/**
 * Runs a migration that has just been applied once more: idempotent is what then neither fails nor changes the schema.
 * What it did is left in place.
 */
export async function runAgain(session: Session, migration: Migration, signal: AbortSignal): Promise<Rerun> {
  const before = await readSnapshot(session);
  const run = await runScript(session, migration, {
    observer: null,
    insideTransaction: false,
    signal,
    onProgress: () => undefined,
  });
  const error = run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
  if (error !== null) return { kind: 'failed', error };
  const changes = diffSnapshots(before, await readSnapshot(session), { facets: ofSchema });
  return { kind: changes.length === 0 ? 'unchanged' : 'changed' };
}
