import { defineEmitter, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';

/**
 * That a table has its columns from a type. While the attributes of the type come, go or change, the table stands by
 * itself and is led along by statements of its own, so that its rows can be given back what they held.
 */
export default defineEmitter({
  kind: 'table type',
  create: (piece, context) =>
    context.isMade(piece.parent ?? '') ? [] : [`ALTER TABLE ${piece.identity} OF ${textFact(piece, 'ofType') ?? ''}`],
  drop: (piece) => [`ALTER TABLE ${piece.identity} NOT OF`],
  alter: () => rebuild,
});
