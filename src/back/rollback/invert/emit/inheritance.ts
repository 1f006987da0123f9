import { defineEmitter, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';

/** That a table inherits from another. */
export default defineEmitter({
  kind: 'inheritance',
  create: (piece, context) =>
    context.isMade(piece.parent ?? '')
      ? []
      : [`ALTER TABLE ${piece.identity} INHERIT ${textFact(piece, 'inherits') ?? ''}`],
  drop: (piece) => [`ALTER TABLE ${piece.identity} NO INHERIT ${textFact(piece, 'inherits') ?? ''}`],
  alter: () => rebuild,
});
