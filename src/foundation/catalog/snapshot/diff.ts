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
  const old = byKey(before);
  const young = byKey(after);
  return [...new Set([...old.keys(), ...young.keys()])]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .flatMap((key) => diffObjects(old.get(key), young.get(key), chosen));
}

function byKey({ objects }: SchemaSnapshot): ReadonlyMap<string, SnapshotObject> {
  return new Map(objects.map((object) => [objectKey(object.kind, object.identity), object]));
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
