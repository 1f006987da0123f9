import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { type Piece, textFact } from '../../piece.js';

function mappingsOf(piece: Piece): Readonly<Record<string, readonly string[]>> {
  return (piece.facts['mappings'] ?? {}) as Readonly<Record<string, readonly string[]>>;
}

export default defineEmitter({
  kind: 'text search configuration',
  create: (piece) => {
    const configuration = `TEXT SEARCH CONFIGURATION ${piece.identity}`;
    const mappings = Object.entries(mappingsOf(piece));
    return [
      `CREATE ${configuration} (PARSER = ${textFact(piece, 'parser')})`,
      ...mappings.map(([token, list]) => `ALTER ${configuration} ADD MAPPING FOR ${token} WITH ${list.join(', ')}`),
    ];
  },
  drop: ({ identity }) => [`DROP TEXT SEARCH CONFIGURATION ${identity}`],
  alter: ({ from, to, changed }) => (changed.has('parser') ? rebuild : inPlace(alterMappings(to, from))),
});

function alterMappings(before: Piece, after: Piece): readonly string[] {
  const [old, young] = [mappingsOf(before), mappingsOf(after)];
  const tokens = [...new Set([...Object.keys(young), ...Object.keys(old)])];
  return tokens.flatMap((token) => {
    const [wanted, present] = [old[token]?.join(', '), young[token]?.join(', ')];
    if (wanted === present) return [];
    const way = wanted === undefined ? 'DROP' : present === undefined ? 'ADD' : 'ALTER';
    const dictionaries = wanted === undefined ? '' : ` WITH ${wanted}`;
    return [`ALTER TEXT SEARCH CONFIGURATION ${before.identity} ${way} MAPPING FOR ${token}${dictionaries}`];
  });
}
