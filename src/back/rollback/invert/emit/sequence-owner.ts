import { defineEmitter, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';

/** That a sequence goes with a column. */
export default defineEmitter({
  kind: 'sequence owner',
  create: (piece, { before, isMade }) => {
    const column = textFact(piece, 'ownedBy') ?? 'NONE';
    const owner = before(before(`column ${column}`)?.parent ?? '')?.access['owner'];
    return [
      // Both must belong to the same role.
      ...(typeof owner === 'string' && isMade(piece.parent ?? '')
        ? [`ALTER SEQUENCE ${piece.identity} OWNER TO ${owner}`]
        : []),
      `ALTER SEQUENCE ${piece.identity} OWNED BY ${column}`,
    ];
  },
  drop: ({ identity }) => [`ALTER SEQUENCE ${identity} OWNED BY NONE`],
  alter: () => rebuild,
});
