import type { JsonValue } from '../../../model/json.js';
import {
  type Facet,
  facets,
  type FactDifference,
  type ObjectDifference,
  objectKey,
  type SchemaDiff,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../model/schema-snapshot.js';
import { existenceFacet, isSeenBy } from './facet-view.js';

export interface DiffOptions {
  /** The facets that count; all when it is left out. */
  readonly facets?: readonly Facet[];
}

/**
 * What leads from one snapshot to another, in the order of the keys. An object that only one of them has is a difference
 * of every facet in which it has something to say. Snapshots of two majors are to be normalised before.
 */
export function diffSnapshots(
  before: SchemaSnapshot,
  after: SchemaSnapshot,
  { facets: chosen = facets }: DiffOptions = {},
): SchemaDiff {
  const compared = withoutShared(before, after);
  return [...new Set([...compared.before.keys(), ...compared.after.keys()])]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .flatMap((key) => diffObjects(compared.before.get(key), compared.after.get(key), chosen));
}

/**
 * The objects of both that have to be compared, by key. A reading takes over what it finds unchanged: facts that are the
 * very same need no comparison. Going along the order of the keys finds them; out of order they are merely compared.
 */
function withoutShared({ objects: old }: SchemaSnapshot, { objects: young }: SchemaSnapshot) {
  const compared = { before: new Map<string, SnapshotObject>(), after: new Map<string, SnapshotObject>() };
  for (let [left, right] = [0, 0]; left < old.length || right < young.length; ) {
    const [then, now] = [old[left], young[right]];
    const isSame = then !== undefined && now !== undefined && isShared(then, now);
    const order = isSame ? 0 : byKey(then, now);
    if (order <= 0) left += 1;
    if (order >= 0) right += 1;
    if (!isSame && order <= 0 && then !== undefined) compared.before.set(objectKey(then.kind, then.identity), then);
    if (!isSame && order >= 0 && now !== undefined) compared.after.set(objectKey(now.kind, now.identity), now);
  }
  return compared;
}

/** What is at an end comes last. */
function byKey(left: SnapshotObject | undefined, right: SnapshotObject | undefined): number {
  if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
  const [leftKey, rightKey] = [objectKey(left.kind, left.identity), objectKey(right.kind, right.identity)];
  return leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0;
}

function isShared(before: SnapshotObject, after: SnapshotObject): boolean {
  return (
    before === after ||
    (before.facts === after.facts &&
      before.identity === after.identity &&
      before.kind === after.kind &&
      before.parent === after.parent)
  );
}

function diffObjects(
  before: SnapshotObject | undefined,
  after: SnapshotObject | undefined,
  chosen: readonly Facet[],
): readonly ObjectDifference[] {
  if (before !== undefined && after !== undefined) {
    const facts = diffFacts(before, after, chosen);
    return facts.length === 0 ? [] : [{ change: 'changed', kind: after.kind, identity: after.identity, facts }];
  }
  const only = after ?? before;
  if (only === undefined || !isSeenBy(only, chosen)) return [];
  const change = after === undefined ? 'removed' : 'added';
  return [{ change, kind: only.kind, identity: only.identity }];
}

/** Facts that two objects of one key do not share, facet by facet in the order of their names. */
function diffFacts(before: SnapshotObject, after: SnapshotObject, chosen: readonly Facet[]): readonly FactDifference[] {
  return facets
    .filter((facet) => chosen.includes(facet))
    .flatMap((facet) => [
      ...(facet === existenceFacet(after.kind) && before.parent !== after.parent
        ? [{ facet, fact: 'parent', before: before.parent, after: after.parent }]
        : []),
      ...diffFacet(facet, before.facts[facet], after.facts[facet]),
    ]);
}

type FacetFacts = SnapshotObject['facts'][Facet];

function diffFacet(facet: Facet, before: FacetFacts, after: FacetFacts): readonly FactDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .filter((fact) => !equalValues(before[fact], after[fact]))
    .map((fact) => ({ facet, fact, before: before[fact], after: after[fact] }));
}

/** Deep equality of JSON; the order of keys means nothing, that of items does. */
function equalValues(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  if (leftKeys.length !== rightKeys.length) return false;
  const [leftMembers, rightMembers] = [left, right] as readonly Readonly<Record<string, JsonValue>>[];
  return leftKeys.every((key) => Object.hasOwn(right, key) && equalValues(leftMembers?.[key], rightMembers?.[key]));
}
