import { isMade } from './containers.js';
import type { Decisions } from './decide.js';
import { positionOf } from './emit-context.js';
import type { Remark } from './inversion.js';
import type { Pair, Pairing } from './pair-pieces.js';
import { ownName } from './sql-names.js';

/** Columns of relations that stay and whose place is another than before: what is added again stands last. */
export function columnOrderRemarks({ pairs, byBefore }: Pairing, decisions: Decisions): readonly Remark[] {
  const byTable = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const table = pair.before?.kind === 'column' ? pair.before.parent : null;
    if (table === null) continue;
    byTable.set(table, [...(byTable.get(table) ?? []), pair]);
  }
  return [...byTable].flatMap(([table, columns]) => {
    const holder = byBefore.get(table);
    if (holder === undefined || isMade(decisions.get(holder)) || /^(?:materialized )?view /.test(table)) return [];
    const then = columns.toSorted((left, right) => placeBefore(left) - placeBefore(right));
    const now = columns.toSorted((left, right) => placeNow(left, decisions) - placeNow(right, decisions));
    if (then.every((column, at) => column === now[at])) return [];
    const order = now.map(({ before }) => (before === null ? '' : ownName(before.identity))).join(', ');
    return [{ about: table, reason: `its columns stand in another order: ${order}` }];
  });
}

function placeBefore({ before }: Pair): number {
  return before === null ? 0 : positionOf(before);
}

/** What is made again comes after everything that stayed, in the order that it had. */
function placeNow(pair: Pair, decisions: Decisions): number {
  const behind = isMade(decisions.get(pair)) ? 100_000 + placeBefore(pair) : 0;
  return behind > 0 || pair.after === null ? behind : positionOf(pair.after);
}
