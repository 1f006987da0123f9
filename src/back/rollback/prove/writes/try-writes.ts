import { checkIntegrity } from '../../../../foundation/integrity/check-integrity.js';
import { asServerError } from '../../../../foundation/postgres/server-error.js';
import type { Session } from '../../../../foundation/postgres/session.js';
import { type SampledTable, sampleRows } from '../../../../foundation/stage/sample-rows.js';
import type { IntegrityFault } from '../../../../model/integrity.js';
import type { DatabaseState } from '../read-state.js';
import type { PartRun } from '../run-part.js';
import { touchedTables } from './touched-tables.js';
import { findLost, writeRows } from './write-rows.js';

/** What became of rows that were written between a change and its rollback. */
export interface WritesTrial {
  readonly rows: number;
  readonly updates: number;
  /** What the rollback lost, a line each. */
  readonly lost: readonly string[];
  /** What does not hold afterwards, of the tables concerned. */
  readonly faults: readonly IntegrityFault[];
}

interface Sides {
  readonly before: DatabaseState;
  readonly after: DatabaseState;
}

/** Enough to see whether a row survives that is not the only new one. */
const rowsPerTable = 2;

/** Rows that the touched tables take as they were before the change: to be asked for when it is taken back. */
export async function sampleTouched(session: Session, sides: Sides): Promise<readonly SampledTable[]> {
  const touched = touchedTables(sides.before, sides.after);
  return touched.length === 0 ? [] : sampleRows(session, touched, rowsPerTable);
}

/**
 * Writes what the old tables took into the changed ones, takes the change back, and looks for it. Null where nothing could
 * be written. What it leaves behind is the caller's to undo.
 */
export async function tryWrites(
  session: Session,
  sampled: readonly SampledTable[],
  { sides, goBack }: { readonly sides: Sides; readonly goBack: () => Promise<PartRun> },
): Promise<WritesTrial | null> {
  const inside = session.transactionStatus === 'open';
  if (!inside) await session.query('BEGIN');
  const written = await writeRows(session, sampled, sides);
  if (!inside && !(await commits(session))) return null;
  if (written.length === 0) return null;
  const rows = written.filter(({ kind }) => kind === 'row').length;
  const counts = { rows, updates: written.length - rows };
  const back = await goBack();
  if (!back.ok) {
    return {
      ...counts,
      lost: [`with what was written after the change, the rollback fails: ${back.reason}`],
      faults: [],
    };
  }
  const lost = await findLost(session, written);
  const relations = new Set(written.map(({ relation }) => relation));
  return { ...counts, lost, faults: await integrityOf(session, relations) };
}

/** A check at COMMIT may refuse what was written: then nothing was. */
async function commits(session: Session): Promise<boolean> {
  try {
    await session.query('COMMIT');
    return true;
  } catch (error) {
    if (asServerError(error) === null) throw error;
    return false;
  }
}

/** Tables that a change touched or made, by their names after it. */
export function concerned({ before, after }: Sides): ReadonlySet<string> {
  const old = new Set(before.addresses.values());
  const made = [...after.addresses].flatMap(([key, address]) =>
    key.startsWith('table ') && !old.has(address) ? [key.slice('table '.length)] : [],
  );
  return new Set([...touchedTables(before, after), ...made]);
}

/** What does not hold in a state, of some relations; nothing is asked where there is nothing to find. */
export async function faultsIn(
  session: Session,
  state: DatabaseState,
  relations: ReadonlySet<string>,
): Promise<readonly IntegrityFault[]> {
  const hasRows = state.data.some(({ relation, rows }) => rows > 0 && relations.has(relation));
  const hasDoubts = state.snapshot.objects.some(({ parent, facts: { structure } }) => {
    const isDoubtful =
      structure['notValid'] === true || structure['notEnforced'] === true || structure['invalid'] === true;
    return isDoubtful && parent !== null && relations.has(parent.replace(/^table /, ''));
  });
  return hasRows || hasDoubts ? integrityOf(session, relations) : [];
}

/** A condition that cannot be computed for a row says nothing of a rollback. */
async function integrityOf(session: Session, relations: ReadonlySet<string>): Promise<readonly IntegrityFault[]> {
  try {
    return await checkIntegrity(session, { relations });
  } catch (error) {
    if (asServerError(error) === null) throw error;
    return [];
  }
}
