import { defineEmitter, inPlace } from '../emitter.js';
import { textFact } from '../piece.js';

/** That an index is part of a partitioned one. Nothing parts them again but detaching the table or dropping either. */
export default defineEmitter({
  kind: 'index partition',
  create: (piece) => [`ALTER INDEX ${textFact(piece, 'partitionOf') ?? ''} ATTACH PARTITION ${piece.identity}`],
  drop: () => [],
  alter: () => inPlace([]),
});
