import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { type Alteration, defineEmitter, inPlace, type PieceChange, rebuild, refuse } from '../../emitter.js';
import { listFact, type Piece, textFact } from '../../piece.js';
import { asideName } from './aside.js';
import { planLabels } from './enum-labels.js';
import { guardLabels } from './guard-labels.js';
import { multirangeOf, rangeAside } from './range-aside.js';

function form(piece: Piece): string | null {
  return textFact(piece, 'form');
}

function cannotHandle(piece: Piece): string | null {
  return form(piece) === 'base' ? 'a base type and its functions need each other: it takes a hand to order them' : null;
}

function castComment(range: Piece): string {
  const comment = textFact(range, 'castComment');
  const text = comment === null ? 'NULL' : quoteLiteral(comment);
  return `COMMENT ON CAST (${range.identity} AS ${multirangeOf(range) ?? ''}) IS ${text}`;
}

/** Enums, ranges, shells. */
export default defineEmitter({
  kind: 'type',
  cannotCreate: cannotHandle,
  cannotDrop: cannotHandle,
  create: (piece) => [
    form(piece) === 'enum'
      ? `CREATE TYPE ${piece.identity} AS ENUM (${listFact(piece, 'labels').map(quoteLiteral).join(', ')})`
      : (textFact(piece, 'definition') ?? ''),
    ...(textFact(piece, 'castComment') === null ? [] : [castComment(piece)]),
  ],
  drop: ({ identity }) => [`DROP TYPE ${identity}`],
  alter: (change, context) => {
    const forms = new Set([form(change.from), form(change.to)]);
    if (forms.has('base')) return refuse('a base type that is in use cannot be made again');
    if (forms.has('shell') || forms.size > 1) return rebuild;
    if ([...change.changed].join() === 'castComment' && !change.retyped) return inPlace([castComment(change.to)]);
    return forms.has('enum')
      ? alterEnum(change, context.labelsInstead(change.to.key))
      : { how: 'swap', ...rangeAside(change.from) };
  },
});

function alterEnum({ from, to, changed, retyped }: PieceChange, instead: Readonly<Record<string, string>>): Alteration {
  const plan = planLabels(listFact(from, 'labels'), listFact(to, 'labels'));
  if (plan.way === 'rename' && !retyped) {
    const renames = changed.has('labels') ? plan.renames : [];
    return inPlace(
      renames.map(
        ([old, young]) => `ALTER TYPE ${to.identity} RENAME VALUE ${quoteLiteral(old)} TO ${quoteLiteral(young)}`,
      ),
    );
  }
  const lost = plan.way === 'rebuild' ? plan.lost : [];
  const aside = asideName(from.identity);
  return {
    how: 'swap',
    aside: [...guardLabels(from.identity, { lost, instead }), `ALTER TYPE ${from.identity} RENAME TO ${aside.name}`],
    dropAside: [`DROP TYPE ${aside.identity}`],
  };
}
