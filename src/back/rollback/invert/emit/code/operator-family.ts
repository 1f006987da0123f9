import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { listFact } from '../../piece.js';

/** `OPERATOR 1 public.< (integer, integer)` is dropped as `OPERATOR 1 (integer, integer)`. */
function droppedItem(member: string): string {
  const operator = /^(OPERATOR \d+) \S+ (\(.*\))(?: FOR ORDER BY .*)?$/s.exec(member);
  const found = operator ?? /^(FUNCTION \d+) (\(.*?\)) /s.exec(member);
  return found === null ? member : `${found[1]} ${found[2]}`;
}

export default defineEmitter({
  kind: 'operator family',
  create: (piece) => {
    const members = listFact(piece, 'members');
    const add = members.length === 0 ? [] : [`ALTER OPERATOR FAMILY ${piece.identity} ADD ${members.join(', ')}`];
    return [`CREATE OPERATOR FAMILY ${piece.identity}`, ...add];
  },
  drop: ({ identity }) => [`DROP OPERATOR FAMILY ${identity}`],
  alter: ({ from, to, retyped }) => {
    if (retyped) return rebuild;
    const [old, young] = [listFact(to, 'members'), listFact(from, 'members')];
    const gone = young.filter((member) => !old.includes(member)).map(droppedItem);
    const missing = old.filter((member) => !young.includes(member));
    const family = `ALTER OPERATOR FAMILY ${to.identity}`;
    return inPlace([
      ...(gone.length === 0 ? [] : [`${family} DROP ${gone.join(', ')}`]),
      ...(missing.length === 0 ? [] : [`${family} ADD ${missing.join(', ')}`]),
    ]);
  },
});
