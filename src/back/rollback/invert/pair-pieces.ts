import { type SchemaSnapshot, type SnapshotObject, objectKey } from '../../../model/schema-snapshot.js';
import { translateFacts } from './follow-facts.js';
import { followRenames } from './follow-renames.js';
import type { InversionHints } from './inversion.js';
import { type NameMap, namesOfPairs, translate, translateKey } from './name-map.js';
import type { Piece } from './piece.js';
import { piecesOf } from './pieces-of.js';

/** A piece before and after the change; one of them is null where it was made or dropped. */
export interface Pair {
  readonly before: Piece | null;
  readonly after: Piece | null;
  /** The piece after the change under the names that everything has once the renames are taken back. */
  readonly current: Piece | null;
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** By the key before, and by the key after the change. */
  readonly byBefore: ReadonlyMap<string, Pair>;
  readonly byAfter: ReadonlyMap<string, Pair>;
  readonly names: NameMap;
}

/** Brings together what is the same object before and after the change, whatever it is called. */
export function pairPieces(before: SchemaSnapshot, after: SchemaSnapshot, hints: InversionHints): Pairing {
  const sameObjects = pairObjects(before, after, hints);
  const names = namesOfPairs(after, sameObjects);
  const olds = new Map(piecesOf(before).map((piece) => [piece.key, piece]));
  const matched = new Set<string>();
  const fromAfter = piecesOf(after).map((piece): Pair => {
    const beforeKey = keyBefore(piece, sameObjects, names);
    const old = beforeKey === null ? undefined : olds.get(beforeKey);
    if (old !== undefined) matched.add(old.key);
    return { before: old ?? null, after: piece, current: renamed(piece, old, names) };
  });
  const gone = [...olds.values()].filter(({ key }) => !matched.has(key));
  const pairs = [...fromAfter, ...gone.map((piece): Pair => ({ before: piece, after: null, current: null }))];
  return {
    pairs,
    names,
    byBefore: new Map(pairs.flatMap((pair) => (pair.before === null ? [] : [[pair.before.key, pair] as const]))),
    byAfter: new Map(pairs.flatMap((pair) => (pair.after === null ? [] : [[pair.after.key, pair] as const]))),
  };
}

/** Key that a piece of the later snapshot had before, if its object was there. */
function keyBefore(piece: Piece, sameObjects: ReadonlyMap<string, SnapshotObject>, names: NameMap): string | null {
  const { kind, identity } = piece.object;
  const old = sameObjects.get(objectKey(kind, identity));
  if (old === undefined) return null;
  if (piece.kind === kind) return objectKey(old.kind, old.identity);
  return piece.key.replace(identity, () => old.identity).replace(/(?<= of ).*$/s, (rest) => translate(rest, names));
}

function renamed(piece: Piece, old: Piece | undefined, names: NameMap): Piece {
  const identity = old?.identity ?? translate(piece.identity, names);
  const parent = piece.parent === null ? null : (old?.parent ?? translateKey(piece.parent, names));
  const facts = translateFacts(piece.kind, piece.facts, names);
  return identity === piece.identity && parent === piece.parent && facts === piece.facts
    ? piece
    : { ...piece, identity, parent, facts };
}

/** The object before the change of every object that is still there, by its key after it. */
function pairObjects(
  before: SchemaSnapshot,
  after: SchemaSnapshot,
  hints: InversionHints,
): ReadonlyMap<string, SnapshotObject> {
  const same = new Map<string, SnapshotObject>();
  const taken = new Set<SnapshotObject>();
  const take = (key: string, object: SnapshotObject | undefined): void => {
    if (object === undefined || taken.has(object) || same.has(key)) return;
    same.set(key, object);
    taken.add(object);
  };
  const olds = new Map(before.objects.map((object) => [objectKey(object.kind, object.identity), object]));
  const { addresses } = hints;
  if (addresses !== undefined) {
    const byAddress = new Map([...addresses.before].map(([key, address]) => [address, olds.get(key)]));
    for (const [key, address] of addresses.after) take(key, byAddress.get(address));
  }
  for (const [keyAfter, keyBeforeIt] of followRenames(before, after, hints.renames ?? []))
    take(keyAfter, olds.get(keyBeforeIt));
  let names = namesOfPairs(after, same);
  // Each may say under which index the parts of parts are to be found.
  for (let parts = sameIndexParts(before, after, { same, taken, names }); parts.length > 0; ) {
    for (const [key, object] of parts) take(key, object);
    names = namesOfPairs(after, same);
    parts = sameIndexParts(before, after, { same, taken, names });
  }
  for (const { kind, identity } of after.objects) {
    const key = objectKey(kind, identity);
    const keyThen = objectKey(kind, translate(identity, names));
    if (!isAnotherColumn(key, keyThen, addresses)) take(key, olds.get(keyThen));
  }
  return same;
}

/**
 * A table has one part of each partitioned index: what a change of type built anew, and another statement renamed, has
 * neither address nor name of before, and is that part all the same.
 */
function sameIndexParts(
  before: SchemaSnapshot,
  after: SchemaSnapshot,
  known: {
    readonly same: ReadonlyMap<string, SnapshotObject>;
    readonly taken: ReadonlySet<SnapshotObject>;
    readonly names: NameMap;
  },
): readonly (readonly [keyAfter: string, object: SnapshotObject])[] {
  const placeOf = ({ kind, parent, facts }: SnapshotObject, read: (text: string) => string): string | null => {
    const { partitionOf } = facts.structure;
    return kind !== 'index' || typeof partitionOf !== 'string' ? null : read(`${parent ?? ''} ${partitionOf}`);
  };
  const places = new Map<string, SnapshotObject>();
  for (const object of before.objects) {
    const place = known.taken.has(object) ? null : placeOf(object, (text) => text);
    if (place !== null) places.set(place, object);
  }
  if (places.size === 0) return [];
  return after.objects.flatMap((object) => {
    const key = objectKey(object.kind, object.identity);
    const old = known.same.has(key)
      ? undefined
      : places.get(placeOf(object, (text) => translateKey(text, known.names)) ?? '');
    return old === undefined ? [] : [[key, old] as const];
  });
}

/** A column that was dropped and added again in the same table holds other values: it is not the one it was. */
function isAnotherColumn(keyAfter: string, keyBeforeIt: string, addresses: InversionHints['addresses']): boolean {
  const now = addresses?.after.get(keyAfter)?.split(' ');
  const then = addresses?.before.get(keyBeforeIt)?.split(' ');
  if (now === undefined || then === undefined || !keyAfter.startsWith('column ')) return false;
  return now[1] === then[1] && now[2] !== then[2];
}
