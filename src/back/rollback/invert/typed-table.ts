import { isMade } from './containers.js';
import type { Decisions } from './decide.js';
import type { Pairing } from './pair-pieces.js';
import { type Piece, textFact } from './piece.js';
import { ownName } from './sql-names.js';

/** A table that has its columns from a type whose attribute comes back has to stand by itself until then. */
export function looseTypedTables({ pairs }: Pairing, decisions: Decisions): void {
  const types = [...decisions.values()].flatMap(({ pair: { before }, fate }) =>
    fate === 'create' && before?.kind === 'column' ? [before.parent] : [],
  );
  for (const pair of pairs) {
    const decision = decisions.get(pair);
    const type = pair.before?.kind === 'table type' ? textFact(pair.before, 'ofType') : null;
    if (decision === undefined || type === null || !['keep', 'alter'].includes(decision.fate)) continue;
    if (types.includes(`composite type ${type}`)) decision.fate = 'rebuild';
  }
}

/** Whether a table can have its type again: its columns have to stand in the order of the attributes. */
export function fitsItsType(tableType: Piece, pairing: Pairing, decisions: Decisions): boolean {
  const ordered = (key: string): string => columnsAtEnd(key, pairing, decisions).join();
  return ordered(tableType.parent ?? '') === ordered(`composite type ${textFact(tableType, 'ofType') ?? ''}`);
}

/** Names of columns in the order in which the rollback leaves them: what comes back comes last. */
function columnsAtEnd(key: string, { pairs, byBefore }: Pairing, decisions: Decisions): readonly string[] {
  const whole = decisions.get(byBefore.get(key) ?? { before: null, after: null, current: null });
  const isNew = whole !== undefined && (isMade(whole) || whole.fate === 'swap');
  const columns = pairs.flatMap((pair) => {
    const { before, after } = pair;
    if (before?.kind !== 'column' || before.parent !== key) return [];
    const decision = decisions.get(pair);
    const comesBack = after === null || (decision !== undefined && isMade(decision));
    const place = positionOf(isNew || comesBack ? before : after);
    return [{ name: ownName(before.identity), late: !isNew && comesBack, place }];
  });
  return columns
    .toSorted((left, right) => Number(left.late) - Number(right.late) || left.place - right.place)
    .map(({ name }) => name);
}

function positionOf({ object }: Piece): number {
  return Number(object.facts.order['position']);
}
