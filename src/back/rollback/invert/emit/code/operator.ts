import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

/** The other half of a pair is linked when it is made, and unlinked when it goes: nobody has to alter anything. */
const links = /, (?:COMMUTATOR|NEGATOR) = OPERATOR\([^)]*\)/g;
const estimators = /, (RESTRICT|JOIN) = ([^,)]+)/g;

function withoutLinks(piece: Piece): string {
  return (textFact(piece, 'definition') ?? '').replace(links, '');
}

function estimatorsOf(definition: string): ReadonlyMap<string, string> {
  return new Map([...definition.matchAll(estimators)].map(([, word = '', name = '']) => [word, name]));
}

/** An operator without a definition was only named by another, and comes with it. */
export default defineEmitter({
  kind: 'operator',
  create: (piece) => {
    const definition = textFact(piece, 'definition');
    return definition === null ? [] : [definition];
  },
  drop: ({ identity }) => [`DROP OPERATOR ${spaced(identity)}`],
  alter: ({ from, to, retyped }) => {
    if (retyped) return rebuild;
    const [old, young] = [withoutLinks(to), withoutLinks(from)];
    if (old === young) return inPlace([]);
    if (old.replace(estimators, '') !== young.replace(estimators, '')) return rebuild;
    const [wanted, present] = [estimatorsOf(old), estimatorsOf(young)];
    const settings = ['RESTRICT', 'JOIN']
      .filter((word) => wanted.get(word) !== present.get(word))
      .map((word) => `${word} = ${wanted.get(word) ?? 'NONE'}`);
    return inPlace([`ALTER OPERATOR ${spaced(to.identity)} SET (${settings.join(', ')})`]);
  },
});

/** The operator's sign must not run into the parenthesis of its types. */
function spaced(identity: string): string {
  return identity.replace(/\((?=[^(]*$)/, ' (');
}
