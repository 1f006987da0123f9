import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

/** `name = value` pairs as the server writes them; a value is a string or a bare word. */
const option = /("(?:[^"]|"")*"|[^\s",=]+) = (E?'(?:[^'\\]|''|\\.)*'|[^,]+)/gs;

function optionsOf(piece: Piece): ReadonlyMap<string, string> {
  return new Map(
    [...(textFact(piece, 'options') ?? '').matchAll(option)].map(([, name = '', value = '']) => [name, value]),
  );
}

export default defineEmitter({
  kind: 'text search dictionary',
  create: (piece) => {
    const options = textFact(piece, 'options');
    const list = [`TEMPLATE = ${textFact(piece, 'template')}`, ...(options === null ? [] : [options])];
    return [`CREATE TEXT SEARCH DICTIONARY ${piece.identity} (${list.join(', ')})`];
  },
  drop: ({ identity }) => [`DROP TEXT SEARCH DICTIONARY ${identity}`],
  alter: ({ from, to, changed }) => {
    if (changed.has('template')) return rebuild;
    const [old, young] = [optionsOf(to), optionsOf(from)];
    const gone = [...young.keys()].filter((name) => !old.has(name));
    const set = [...old].filter(([name, value]) => young.get(name) !== value).map((pair) => pair.join(' = '));
    const changes = [...gone, ...set];
    return inPlace(changes.length === 0 ? [] : [`ALTER TEXT SEARCH DICTIONARY ${to.identity} (${changes.join(', ')})`]);
  },
});
