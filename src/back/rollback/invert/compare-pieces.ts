import type { JsonValue } from '../../../model/json.js';
import { canonicalJson } from '../../../foundation/records/canonical-json.js';
import { followsRenames, formerName, mapTexts } from './follow-facts.js';
import { type NameMap, translate, translateKey } from './name-map.js';
import type { Pair } from './pair-pieces.js';
import type { Piece } from './piece.js';
import { leadingNames, mapNames, ownName } from './sql-names.js';

/** Names of the facts in which a piece is not what it was, leaving out what only follows from renames. */
export function changedFacts({ before, after }: Pair, names: NameMap): ReadonlySet<string> {
  if (before === null || after === null) return new Set();
  const [old, young] = [allFacts(before), allFacts(after)];
  const read = readerOfNames(before, after, names);
  const all = [...new Set([...Object.keys(old), ...Object.keys(young)])];
  const readOf = (name: string): Reader =>
    read === null ? null : (text) => formerName(name, text, names) ?? read(text);
  // Where it needs something that is called otherwise by now, the same words mean something else.
  const isMoved = !names.empty && after.dependsOn.some((key) => translateKey(key, names) !== key);
  return new Set(
    all.filter((name) => !isSame(old[name], young[name], { read: readOf(name), isMoved: isMoved && isSql(name) })),
  );
}

/** Whether a fact is read by the server, and not words of people or names of roles. */
function isSql(fact: string): boolean {
  return !['comment', 'owner', 'grants', 'securityLabels', 'labels'].includes(fact);
}

function allFacts(piece: Piece): Readonly<Record<string, JsonValue>> {
  return { ...piece.facts, ...piece.access };
}

type Reader = ((text: string) => string) | null;

function isSame(
  old: JsonValue | undefined,
  young: JsonValue | undefined,
  { read, isMoved }: { readonly read: Reader; readonly isMoved: boolean },
): boolean {
  if (old === undefined || young === undefined) return old === young;
  if (canonicalJson(old) === canonicalJson(young) && (read === null || !isMoved)) return true;
  return read !== null && canonicalJson(mapTexts(old, withoutEmptyAlias)) === canonicalJson(mapTexts(young, read));
}

/** How a text of the later piece would read under the names of before; null where no name changed. */
function readerOfNames(before: Piece, after: Piece, names: NameMap): Reader {
  if (!followsRenames(after.kind)) return null;
  const own = [ownName(after.identity), ownName(before.identity)] as const;
  if (names.empty && own[0] === own[1]) return null;
  const columns = new Map(
    [...names.columns].flatMap(([column, old]) =>
      after.dependsOn.includes(`column ${column}`) || isPartOf(after, column) ? [[ownName(column), old]] : [],
    ),
  );
  const heads = new Map([...names.qualified].map(([young, old]) => [ownName(young), ownName(old)]));
  const former = (chain: readonly string[]): readonly string[] => {
    const [head = '', ...rest] = chain;
    const last = chain.at(-1) ?? '';
    // Where it stands behind a schema it is translated already.
    const itself = chain.length === 1 && last === own[0] ? own[1] : undefined;
    const old = itself ?? (chain.length < 3 ? columns.get(last) : undefined);
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
