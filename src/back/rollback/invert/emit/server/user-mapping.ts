import { defineEmitter, refuse } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

function mapping(piece: Piece): string {
  return `USER MAPPING FOR ${textFact(piece, 'user')} SERVER ${textFact(piece, 'server')}`;
}

const reason =
  'the options of a user mapping are passwords, which are never read: somebody who knows them has to make it';

export default defineEmitter({
  kind: 'user mapping',
  cannotCreate: () => reason,
  create: (piece) => [`CREATE ${mapping(piece)}`],
  drop: (piece) => [`DROP ${mapping(piece)}`],
  alter: () => refuse(reason),
});
