import type { StatementEffects } from '../../model/effects.js';
import { comparedKinds, type LockMode, type LockTrace, lockModes } from '../../model/locks.js';
import type { PredictionDifference, StatementPrediction } from '../../model/prediction.js';
import type { StatementTrace } from '../../model/trace.js';

/** What was known of a statement before it ran. */
export interface PredictedStatement {
  readonly effects: StatementEffects;
  readonly from: StatementPrediction['from'];
}

/**
 * The prediction beside what was observed. What a failed statement would have done further is not known, and locks that
 * were only sampled may have been missed: neither counts as a difference.
 */
export function comparePrediction(
  trace: StatementTrace,
  { effects, from }: PredictedStatement,
  held: readonly LockTrace[],
): StatementPrediction {
  const possible = effects.locks.filter(({ created }) => created !== true);
  const comparable = trace.error === null;
  return {
    from,
    locks: possible,
    rewrites: effects.rewrites.map(({ relation }) => relation),
    scans: effects.scans.map(({ relation }) => relation),
    differences: comparable
      ? [...compareBlock(trace, effects), ...compareLocks(trace, effects, held), ...compareRewrites(trace, effects)]
      : [],
  };
}

function compareBlock(
  { transactionBlock }: StatementTrace,
  effects: StatementEffects,
): readonly PredictionDifference[] {
  if (transactionBlock === effects.transactionBlock) return [];
  return [
    { about: 'transaction block', relation: null, predicted: effects.transactionBlock, observed: transactionBlock },
  ];
}

function compareLocks(
  trace: StatementTrace,
  effects: StatementEffects,
  held: readonly LockTrace[],
): readonly PredictionDifference[] {
  const compared = [...effects.locks, ...trace.locks].filter(
    ({ kind, created }) => comparedKinds.has(kind) && created !== true,
  );
  const relations = new Set(compared.map(({ relation }) => relation));
  return [...relations].flatMap((relation) => {
    const requests = effects.locks.filter((one) => one.relation === relation && one.created !== true);
    const certain = strongest(requests.filter(({ certainty }) => certainty === 'certain'));
    const expected = strongest(requests);
    // What the transaction held already is not asked for again.
    const seen = strongest(trace.locks.filter((one) => one.relation === relation));
    const known = Math.max(seen, strongest(held.filter((one) => one.relation === relation)));
    const missed = certain > known && !onlySampled(trace);
    if (seen <= expected && !missed) return [];
    return [{ about: 'lock', relation, predicted: nameOf(expected), observed: nameOf(seen) }];
  });
}

/** No transaction kept its locks until they could be read. */
function onlySampled({ transactionBlock, locks }: StatementTrace): boolean {
  return transactionBlock === 'refused' || locks.some(({ certainty }) => certainty !== 'exact');
}

function compareRewrites(trace: StatementTrace, effects: StatementEffects): readonly PredictionDifference[] {
  const predicted = new Map(effects.rewrites.map(({ relation, certainty }) => [relation, certainty]));
  const relations = new Set([...predicted.keys(), ...trace.rewrites]);
  return [...relations].flatMap((relation) => {
    const observed = trace.rewrites.includes(relation);
    const certainty = predicted.get(relation);
    if (observed ? certainty !== undefined : certainty !== 'certain') return [];
    const words = (rewritten: boolean): string => (rewritten ? 'rewritten' : 'left as it is');
    return [{ about: 'rewrite', relation, predicted: words(!observed), observed: words(observed) }];
  });
}

function strongest(locks: readonly { readonly mode: LockMode }[]): number {
  return Math.max(-1, ...locks.map(({ mode }) => lockModes.indexOf(mode)));
}

function nameOf(strength: number): string {
  return lockModes[strength] ?? 'no lock';
}

/**
 * The locks with those added that were predicted for certain and that sampling, which looks only now and then, has not
 * caught: a short lock stops traffic all the same.
 */
export function withPredictedLocks(trace: StatementTrace, { effects }: PredictedStatement): readonly LockTrace[] {
  if (trace.error !== null || !onlySampled(trace)) return trace.locks;
  const missing = effects.locks.filter(
    ({ relation, certainty, created }) =>
      certainty === 'certain' && created !== true && !trace.locks.some((lock) => lock.relation === relation),
  );
  const added = missing.map(
    ({ relation, kind, mode }): LockTrace => ({
      relation,
      kind,
      mode,
      certainty: 'predicted',
      waitedMs: null,
      heldMs: null,
    }),
  );
  return [...trace.locks, ...added];
}
