import type { DataDifference } from '../../../foundation/integrity/find-data-differences.js';
import type { IntegrityFault } from '../../../model/integrity.js';
import type { Migration, Script } from '../../../model/migration.js';
import type { RollbackOrigin, RollbackProof } from '../../../model/rollback-proof.js';
import { compareStates, type StateComparison } from './compare-states.js';
import { describeData } from './describe-difference.js';
import type { DatabaseState } from './read-state.js';
import type { PartRun } from './run-part.js';
import type { WritesTrial } from './writes/try-writes.js';
import { judgeWrites, writesOf } from './writes/judge-writes.js';
import { makesNewValues, setsPositions } from './script-words.js';
import type { ChosenWay } from './way-back.js';

/** The states between which a rollback leads, and how long the change took. */
export interface SeenChange {
  readonly migration: Migration;
  readonly before: DatabaseState;
  readonly after: DatabaseState;
  readonly upMs: number;
  /** What does not hold of the tables concerned; null where nobody looked. */
  readonly faults?: readonly IntegrityFault[] | null;
}

/** What happened on the way back and up again; later parts are null when an earlier one failed. */
export interface Trial {
  readonly down: PartRun;
  readonly afterDown: DatabaseState | null;
  readonly again: PartRun | null;
  readonly afterAgain: DatabaseState | null;
  /** What a command of the user, or a failure in the middle of the migration, showed; null when all was well. */
  readonly fault: string | null;
  /** What does not hold behind the way back; null where nobody looked. */
  readonly faults?: readonly IntegrityFault[] | null;
  readonly writes?: WritesTrial | null;
}

export type ScriptedWay = Extract<ChosenWay, { readonly kind: 'script' }>;

/** What a trial proves. Only what is exactly as it was is restored. */
export function judgeTrial(seen: SeenChange, way: ScriptedWay, trial: Trial): RollbackProof {
  const { migration, upMs } = seen;
  const { down, afterDown } = trial;
  const judged = judgeWrites(judge(seen, way, trial), trial, way.origin);
  return {
    ...emptyProof(migration, way.origin),
    ...judged,
    upMs,
    downMs: afterDown === null && !down.ok ? null : down.ms,
    integrity: seen.faults == null ? null : { afterUp: seen.faults, afterDown: trial.faults ?? [] },
    writes: seen.faults == null ? null : writesOf(seen, trial),
    notes: [...new Set([...way.notes, ...judged.notes])],
    sql: way.origin === 'generated' ? scriptText(way.script) : null,
  };
}

export type Judgement = Pick<RollbackProof, 'verdict' | 'reason' | 'difference' | 'columnOrder' | 'dataKept' | 'notes'>;

function judge(seen: SeenChange, way: ScriptedWay, { down, afterDown, again, afterAgain, fault }: Trial): Judgement {
  if (!down.ok) return failed(`the rollback fails: ${down.reason}`);
  if (afterDown === null) return failed(fault ?? 'the rollback was not compared');
  // What is generated sets the positions of sequences that it makes: that says nothing of the others.
  const scripts = way.origin === 'written' ? [seen.migration, way.script] : [seen.migration];
  const sets = { setsPositions: setsPositions(scripts) };
  const back = compareStates(seen.before, afterDown, sets);
  const { columnOrder } = back;
  const notes = [...back.notes, ...back.recomputed];
  const lost = [...back.schema, ...back.data.map(describeData)];
  const judged = { difference: lost, columnOrder, dataKept: back.data.length === 0, notes };
  if (lost.length > 0) return { ...judged, verdict: 'not-restored', reason: lossReason(back) };
  if (fault !== null) return { ...judged, verdict: 'failed', reason: fault };
  if (again === null || !again.ok) {
    return {
      ...judged,
      verdict: 'failed',
      reason: `after the rollback it cannot be applied again: ${again?.reason ?? 'it was not tried'}`,
    };
  }
  if (afterAgain === null)
    return { ...judged, verdict: 'failed', reason: 'what applying it again made was not compared' };
  const forth = compareAgain(seen, afterAgain, sets);
  if (forth.faults.length === 0)
    return { ...judged, verdict: 'restored', reason: null, notes: [...notes, ...forth.notes] };
  return {
    ...judged,
    difference: forth.faults.map((line) => `applied again: ${line}`),
    verdict: 'not-restored',
    reason: 'after the rollback it leads to something else than the first time',
  };
}

function lossReason({ schema, data }: StateComparison): string {
  const what = [...(schema.length > 0 ? ['the schema'] : []), ...(data.length > 0 ? ['the data'] : [])];
  return `the rollback does not restore ${what.join(' and ')}`;
}

/** Times, random values and numbers of sequences are new each time: rows that differ by them alone are no fault. */
function compareAgain(
  seen: SeenChange,
  afterAgain: DatabaseState,
  sets: { readonly setsPositions: boolean },
): { readonly faults: readonly string[]; readonly notes: readonly string[] } {
  const { schema, data, recomputed } = compareStates(seen.after, afterAgain, sets);
  const excused = (difference: DataDifference): boolean =>
    difference.kind === 'values' && makesNewValues(seen.migration, seen.after.snapshot, difference.relation);
  return {
    faults: [...schema, ...data.filter((difference) => !excused(difference)).map(describeData)],
    notes: [
      ...recomputed,
      ...data
        .filter(excused)
        .map(({ relation }) => `${relation}: applied again, rows get new times, numbers or random values`),
    ],
  };
}

function failed(reason: string): Judgement {
  return { verdict: 'failed', reason, difference: [], columnOrder: [], dataKept: null, notes: [] };
}

/** A proof of which nothing was seen. */
function emptyProof(migration: Migration, rollback: RollbackOrigin): RollbackProof {
  return {
    id: migration.id,
    path: migration.path,
    rollback,
    ...failed('it was not tried'),
    upMs: null,
    downMs: null,
    sql: null,
    declared: null,
    integrity: null,
    writes: null,
  };
}

/** A proof that ended before anything could be compared. */
export function endedProof(
  migration: Migration,
  rollback: RollbackOrigin,
  ended: Pick<RollbackProof, 'reason' | 'verdict'> & Partial<Pick<RollbackProof, 'upMs' | 'declared'>>,
): RollbackProof {
  const { verdict, reason, upMs = null, declared = null } = ended;
  return { ...emptyProof(migration, rollback), verdict, reason, upMs, declared };
}

function scriptText({ statements }: Script): string {
  return statements.map(({ sql }) => `${sql};`).join('\n');
}
