import { type IntegrityFault, integrityInWords } from '../../../../model/integrity.js';
import type { RollbackOrigin, WritesBetween } from '../../../../model/rollback-proof.js';
import type { Judgement, SeenChange, Trial } from '../judge-trial.js';
import { notHeld } from './not-held.js';

/**
 * What was seen of rows written in between, beside what came back. Orphans that were not there before are a fault of any
 * rollback; that new rows survive is promised by those that are made from the catalog, and told of the others.
 */
export function judgeWrites(judged: Judgement, { faults, writes }: Trial, origin: RollbackOrigin): Judgement {
  if (writes == null) return judged;
  const orphans = newFaults(faults ?? [], writes.faults).map(integrityInWords);
  if (judged.verdict !== 'restored') return judged;
  if (orphans.length > 0) {
    const reason = 'with rows that were written after the change, it leaves rows that the schema does not allow';
    return { ...judged, verdict: 'not-restored', reason, difference: [...orphans, ...writes.lost] };
  }
  if (writes.lost.length === 0) return judged;
  if (origin === 'written') return { ...judged, notes: [...judged.notes, ...writes.lost] };
  const reason = 'it does not leave alone what was written after the change';
  return { ...judged, verdict: 'not-restored', reason, difference: writes.lost };
}

/** Of rows only: what is not validated, or invalid, is a matter of the schema. */
function newFaults(earlier: readonly IntegrityFault[], later: readonly IntegrityFault[]): readonly IntegrityFault[] {
  const known = new Map(earlier.map((fault) => [`${fault.kind} ${fault.relation} ${fault.name}`, fault.rows ?? 0]));
  return later.filter(
    ({ kind, relation, name, rows }) => rows !== null && rows > (known.get(`${kind} ${relation} ${name}`) ?? 0),
  );
}

export function writesOf({ before, after }: SeenChange, { writes }: Trial): WritesBetween {
  const { rows = 0, updates = 0, lost = [] } = writes ?? {};
  return { rows, updates, lost, notHeld: notHeld(before, after) };
}
