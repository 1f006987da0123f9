import { defineEmitter, rebuild } from '../emitter.js';
import { textFact } from '../piece.js';

/** That a table is a partition of another. */
export default defineEmitter({
  kind: 'partition',
  create: (piece) => [
    `ALTER TABLE ${textFact(piece, 'partitionOf') ?? ''} ATTACH PARTITION ${piece.identity} ${textFact(piece, 'bound') ?? 'DEFAULT'}`,
  ],
  drop: (piece) => [`ALTER TABLE ${textFact(piece, 'partitionOf') ?? ''} DETACH PARTITION ${piece.identity}`],
  alter: () => rebuild,
});
