import type { Decision } from './decide.js';
import type { Pair, Pairing } from './pair-pieces.js';
import { type Piece, textFact } from './piece.js';

/**
 * A table that is divided again as it was gets its parts anew, empty: the rows come to them out of the table that stands
 * there now. A part that has left it with rows of its own holds some of them twice, and nobody knows which count.
 */
export function remakeParts(pairing: Pairing, decisions: ReadonlyMap<Pair, Decision>): void {
  for (const decision of decisions.values()) {
    const { pair, change, fate } = decision;
    const isDivided = pair.before?.kind === 'table' && textFact(pair.before, 'partitionKey') !== null;
    if (!isDivided || fate !== 'rebuild' || change?.changed.has('partitionKey') !== true) continue;
    for (const part of partsUnder(pair, pairing)) {
      if (part.after === null) continue;
      const isStillPart = isUnder(part.after, pair.after?.identity ?? '', pairing);
      const remade = isStillPart ? decisions.get(part) : undefined;
      if (remade === undefined) {
        decision.fate = 'refused';
        decision.reason = `${part.after.key} was a part of it and has rows of its own by now: those would have to be told apart`;
      } else remade.fate = 'rebuild';
    }
  }
}

/** Its parts before the change, and theirs. */
export function partsUnder({ before }: Pick<Pair, 'before'>, pairing: Pairing): readonly Pair[] {
  return pairing.pairs.flatMap((pair) => {
    const isPart =
      pair.before?.kind === 'table' && pair.before.object.facts.structure['partitionOf'] === before?.identity;
    return isPart ? [pair, ...partsUnder(pair, pairing)] : [];
  });
}

function isUnder(piece: Piece, whole: string, pairing: Pairing): boolean {
  const { partitionOf } = piece.object.facts.structure;
  if (typeof partitionOf !== 'string') return false;
  const above = pairing.byAfter.get(`table ${partitionOf}`)?.after;
  return partitionOf === whole || (above != null && isUnder(above, whole, pairing));
}
