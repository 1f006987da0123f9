import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

const commands: Readonly<Record<string, string>> = {
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

function setState(piece: Piece): string {
  return `ALTER EVENT TRIGGER ${piece.identity} ${commands[textFact(piece, 'enabled') ?? ''] ?? 'ENABLE'}`;
}

export default defineEmitter({
  kind: 'event trigger',
  create: (piece) => [
    textFact(piece, 'definition') ?? '',
    ...(textFact(piece, 'enabled') === null ? [] : [setState(piece)]),
  ],
  drop: ({ identity }) => [`DROP EVENT TRIGGER ${identity}`],
  alter: ({ to, changed }) => {
    if (changed.has('definition')) return rebuild;
    return inPlace(changed.has('enabled') ? [setState(to)] : []);
  },
});
