import type { JsonValue } from '../../../model/json.js';
import { canonicalJson } from '../../../foundation/records/canonical-json.js';
import { type NameMap, translate } from './name-map.js';
import type { Pair } from './pair-pieces.js';
import type { Piece } from './piece.js';
import { leadingNames, mapNames, ownName } from './sql-names.js';

/** Kinds whose texts the server writes from what it has parsed: names in them follow a rename. Bodies of functions do not. */
const followsRenames: ReadonlySet<string> = new Set([
  'table',
  'column',
  'column default',
  'sequence',
  'sequence owner',
  'partition',
  'inheritance',
  'view',
  'materialized view',
  'foreign table',
  'composite type',
  'domain',
  'constraint',
  'index',
  'rule',
  'trigger',
  'policy',
  'statistics object',
]);

/** Names of the facts in which a piece is not what it was, leaving out what only follows from renames. */
export function changedFacts({ before, after }: Pair, names: NameMap): ReadonlySet<string> {
  if (before === null || after === null) return new Set();
  const [old, young] = [allFacts(before), allFacts(after)];
  const read = readerOfNames(before, after, names);
  const all = [...new Set([...Object.keys(old), ...Object.keys(young)])];
  return new Set(all.filter((name) => !isSame(old[name], young[name], read)));
}

function allFacts(piece: Piece): Readonly<Record<string, JsonValue>> {
  return { ...piece.facts, ...piece.access };
}

type Reader = ((text: string) => string) | null;

function isSame(old: JsonValue | undefined, young: JsonValue | undefined, read: Reader): boolean {
  if (old === undefined || young === undefined) return old === young;
  if (canonicalJson(old) === canonicalJson(young)) return true;
  return read !== null && canonicalJson(mapTexts(old, withoutEmptyAlias)) === canonicalJson(mapTexts(young, read));
}

function mapTexts(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item as JsonValue, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}

/** How a text of the later piece would read under the names of before; null where no name changed. */
function readerOfNames(before: Piece, after: Piece, names: NameMap): Reader {
  if (!followsRenames.has(after.kind)) return null;
  const own = [ownName(after.identity), ownName(before.identity)] as const;
  if (names.empty && own[0] === own[1]) return null;
  const columns = new Map(
    [...names.columns].flatMap(([column, old]) =>
      after.dependsOn.includes(`column ${column}`) || isPartOf(after, column) ? [[ownName(column), old]] : [],
    ),
  );
  if (own[0] !== own[1]) columns.set(...own);
  const heads = new Map([...names.qualified].map(([young, old]) => [ownName(young), ownName(old)]));
  const former = (chain: readonly string[]): readonly string[] => {
    const [head = '', ...rest] = chain;
    const last = chain.at(-1) ?? '';
    const old = chain.length < 3 ? columns.get(last) : undefined;
    const whole = rest.length === 1 ? [heads.get(head) ?? head, ...rest] : chain;
    return old === undefined ? whole : [...whole.slice(0, -1), old];
  };
  return (text) => withoutEmptyAlias(mapNames(translate(text, names), former));
}

function isPartOf({ parent, identity }: Piece, column: string): boolean {
  const relation = leadingNames(column).slice(0, 2).join('.');
  return parent?.endsWith(` ${relation}`) === true || leadingNames(identity).slice(0, 2).join('.') === relation;
}

/** `t.a AS a` says no more than `t.a`. */
function withoutEmptyAlias(text: string): string {
  return text.replace(/("(?:[^"]|"")*"|\b[\p{L}_][\p{L}\p{N}_$]*) AS \1(?![\p{L}\p{N}_$"])/gu, '$1');
}
