import { quoteLiteral } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, type PieceChange } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { sequenceOptions } from './sequence-options.js';

function position(sequence: Piece): readonly string[] {
  const last = textFact(sequence, 'lastValue');
  if (last === null) return [];
  return [
    `SELECT pg_catalog.setval(${quoteLiteral(sequence.identity)}, ${last}, ${String(flag(sequence, 'isCalled'))})`,
  ];
}

/** Values that were given out since must never be given out again: a sequence only moves on. */
function movesOn({ from, to }: PieceChange): boolean {
  const [now, then] = [BigInt(textFact(from, 'lastValue') ?? '0'), BigInt(textFact(to, 'lastValue') ?? '0')];
  const falls = textFact(to, 'increment')?.startsWith('-') === true;
  if (now === then) return flag(to, 'isCalled') && !flag(from, 'isCalled');
  return falls ? then < now : then > now;
}

const options = ['increment', 'min', 'max', 'start', 'cache', 'cycle'];

export default defineEmitter({
  kind: 'sequence',
  create: (sequence, context) => {
    const { identity } = sequence;
    const unlogged = flag(sequence, 'unlogged');
    if (textFact(sequence, 'identityOf') !== null) {
      const column = context.before(sequence.parent ?? '');
      const ownForm =
        column !== undefined && unlogged !== flag(context.before(column.parent ?? '') ?? column, 'unlogged');
      return [
        ...(ownForm ? [`ALTER SEQUENCE ${identity} SET ${unlogged ? 'UNLOGGED' : 'LOGGED'}`] : []),
        ...position(sequence),
      ];
    }
    const type = textFact(sequence, 'type') ?? 'bigint';
    return [
      `CREATE ${unlogged ? 'UNLOGGED ' : ''}SEQUENCE IF NOT EXISTS ${identity} AS ${type} ${sequenceOptions(sequence)}`,
      ...position(sequence),
    ];
  },
  drop: (sequence) =>
    textFact(sequence, 'identityOf') === null ? [`DROP SEQUENCE IF EXISTS ${sequence.identity}`] : [],
  alter: (change) => {
    const { from, to, changed } = change;
    const type = changed.has('type') ? `AS ${textFact(to, 'type') ?? 'bigint'} ` : '';
    const moved = changed.has('lastValue') || changed.has('isCalled');
    const forward = moved && movesOn(change);
    return inPlace(
      [
        ...(type !== '' || options.some((name) => changed.has(name))
          ? [`ALTER SEQUENCE ${to.identity} ${type}${sequenceOptions(to)}`]
          : []),
        ...(changed.has('unlogged')
          ? [`ALTER SEQUENCE ${to.identity} SET ${flag(to, 'unlogged') ? 'UNLOGGED' : 'LOGGED'}`]
          : []),
        ...(forward ? position(to) : []),
      ],
      {
        declared:
          moved && !forward
            ? [`it stays at ${textFact(from, 'lastValue') ?? '?'}: a rollback never moves a sequence backwards`]
            : [],
      },
    );
  },
});
