import type { JsonValue } from '../../../model/json.js';
import { type NameMap, translate } from './name-map.js';
import type { PieceFacts, PieceKind } from './piece.js';

/** Bodies keep the names that somebody wrote; everything else the server writes from what it has parsed. */
const keepsTexts: ReadonlySet<PieceKind> = new Set(['function', 'procedure', 'language', 'extension', 'large object']);

/** Words of people, in which a name is no name. */
const words: ReadonlySet<string> = new Set(['comment', 'castComment', 'securityLabels', 'labels']);

/** Whether names in the facts of a kind follow a rename. */
export function followsRenames(kind: PieceKind): boolean {
  return !keepsTexts.has(kind);
}

/** A value with every text in it replaced. */
export function mapTexts(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item as JsonValue, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}

/** The facts as they read once the renames are taken back. */
export function translateFacts(kind: PieceKind, facts: PieceFacts, names: NameMap): PieceFacts {
  if (names.empty || !followsRenames(kind)) return facts;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      words.has(name) ? value : mapTexts(value, (text) => formerName(name, text, names) ?? translate(text, names)),
    ]),
  );
}

/** The former name in a fact that holds nothing but the name of a server or wrapper. */
export function formerName(fact: string, text: string, { servers }: NameMap): string | undefined {
  return fact === 'server' || fact === 'wrapper' ? servers.get(`${fact} ${text}`) : undefined;
}
