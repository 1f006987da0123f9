import { defineEmitter, inPlace, type PieceChange } from '../../emitter.js';
import { flag, type Piece, textFact } from '../../piece.js';
import { asideName } from './aside.js';

function clause(word: string, text: string | null): string {
  return text === null ? '' : ` ${word} ${text}`;
}

/** Its checks are constraints, objects of their own. */
export default defineEmitter({
  kind: 'domain',
  create: (piece) => [
    `CREATE DOMAIN ${piece.identity} AS ${textFact(piece, 'type')}` +
      clause('COLLATE', textFact(piece, 'collation')) +
      clause('DEFAULT', textFact(piece, 'default')) +
      (flag(piece, 'notNull') ? ' NOT NULL' : ''),
  ],
  drop: ({ identity }) => [`DROP DOMAIN ${identity}`],
  alter: (change) => {
    const { from, changed, retyped } = change;
    if (!retyped && !changed.has('type') && !changed.has('collation')) return inPlace(alterations(change));
    const aside = asideName(from.identity);
    return {
      how: 'swap',
      aside: [`ALTER DOMAIN ${from.identity} RENAME TO ${aside.name}`],
      dropAside: [`DROP DOMAIN ${aside.identity}`],
    };
  },
});

function alterations({ to, changed }: PieceChange): readonly string[] {
  return [
    ...(changed.has('default') ? [`ALTER DOMAIN ${to.identity} ${defaultCommand(to)}`] : []),
    ...(changed.has('notNull') ? [`ALTER DOMAIN ${to.identity} ${flag(to, 'notNull') ? 'SET' : 'DROP'} NOT NULL`] : []),
  ];
}

function defaultCommand(piece: Piece): string {
  const expression = textFact(piece, 'default');
  return expression === null ? 'DROP DEFAULT' : `SET DEFAULT ${expression}`;
}
