import type { ObjectKind } from '../../../../../model/schema-snapshot.js';
import { defineEmitter, type Emitter, inPlace, type PieceChange, rebuild } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

/** CREATE OR REPLACE keeps owner, grants and dependants, but what callers go by has to be the same. */
function isReplaceable({ from, to, changed, retyped }: PieceChange): boolean {
  const isForOthers = changed.has('arguments') || changed.has('result') || isWindow(from) !== isWindow(to);
  return !isForOthers && !retyped;
}

/** The word stands among the attributes, before the body. */
function isWindow(piece: Piece): boolean {
  return /^ LANGUAGE [^\n]*\n WINDOW\b/m.test(textFact(piece, 'definition') ?? '');
}

function routine(kind: ObjectKind & ('function' | 'procedure')): Emitter {
  return defineEmitter({
    kind,
    create: (piece) => [textFact(piece, 'definition') ?? ''],
    drop: ({ identity }) => [`DROP ${kind.toUpperCase()} ${identity}`],
    alter: (change) => {
      if (change.changed.size === 0 && !change.retyped) return inPlace([]);
      return isReplaceable(change) ? inPlace([textFact(change.to, 'definition') ?? '']) : rebuild;
    },
  });
}

export const functionEmitter = routine('function');
export const procedureEmitter = routine('procedure');
