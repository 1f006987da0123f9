import { quoteLiteral } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, type PieceChange, rebuild } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { sequenceOptions } from './sequence-options.js';

function position(sequence: Piece): readonly string[] {
  const last = textFact(sequence, 'lastValue');
  if (last === null) return [];
  return [
    `SELECT pg_catalog.setval(${quoteLiteral(sequence.identity)}, ${last}, ${String(flag(sequence, 'isCalled'))})`,
  ];
}

/** Back to where it stood, unless somebody has taken a value since. */
function positionIfUnused({ from, to }: PieceChange): readonly string[] {
  const [now, then] = [textFact(from, 'lastValue'), textFact(to, 'lastValue')];
  if (now === null || then === null) return [];
  const target = `${quoteLiteral(to.identity)}, ${then}, ${String(flag(to, 'isCalled'))}`;
  return [
    `SELECT pg_catalog.setval(${target}) FROM ${to.identity} WHERE last_value = ${now} AND is_called = ${String(flag(from, 'isCalled'))}`,
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
      const type = textFact(sequence, 'type') ?? 'bigint';
      // A copy of a table by LIKE counts in bigint, whatever the column is.
      const ownType = column !== undefined && textFact(column, 'type') !== type;
      return [
        ...(ownType ? [`ALTER SEQUENCE ${identity} AS ${type} ${sequenceOptions(sequence)}`] : []),
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
  alter: (change, { setsPositions }) => {
    const { from, to, changed } = change;
    // Another sequence of the same name: one of the two is part of a column's identity.
    if (changed.has('identityOf')) return rebuild;
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
        ...(moved && !forward && setsPositions ? positionIfUnused(change) : []),
      ],
      {
        declared:
          moved && !forward && !setsPositions
            ? [`it stays at ${textFact(from, 'lastValue') ?? '?'}: a rollback never moves a sequence backwards`]
            : [],
      },
    );
  },
});
