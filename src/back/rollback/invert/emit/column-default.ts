import { defineEmitter, type Draft, inPlace } from '../emitter.js';
import { type Piece, textFact } from '../piece.js';
import { targetOfKey } from '../sql-kind.js';
import { ownName } from '../sql-names.js';

/** ONLY: a partition or heir may have a default of its own. */
function alterDefault(piece: Piece, action: string): string {
  const { word } = targetOfKey(piece.object.parent ?? '');
  const relation = piece.identity.slice(0, -ownName(piece.identity).length - 1);
  const only = word === 'TABLE' || word === 'FOREIGN TABLE' ? 'ONLY ' : '';
  return `ALTER ${word} ${only}${relation} ALTER COLUMN ${ownName(piece.identity)} ${action}`;
}

function setDefault(piece: Piece): readonly Draft[] {
  return [alterDefault(piece, `SET DEFAULT ${textFact(piece, 'default') ?? 'NULL'}`)];
}

export default defineEmitter({
  kind: 'column default',
  create: (piece, context) => (context.isInline(piece) ? [] : setDefault(piece)),
  drop: (piece) => [alterDefault(piece, 'DROP DEFAULT')],
  alter: ({ to }) => inPlace(setDefault(to)),
});
