import { defineEmitter, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';

/** That a sequence goes with a column. */
export default defineEmitter({
  kind: 'sequence owner',
  create: (piece) => [`ALTER SEQUENCE ${piece.identity} OWNED BY ${textFact(piece, 'ownedBy') ?? 'NONE'}`],
  drop: ({ identity }) => [`ALTER SEQUENCE ${identity} OWNED BY NONE`],
  alter: () => rebuild,
});
