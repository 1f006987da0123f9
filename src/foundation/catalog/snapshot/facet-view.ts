import { type Facet, facets, type ObjectKind, type SnapshotObject } from '../../../model/schema-snapshot.js';

/** Kinds that an application does not see: that they are there at all belongs to another facet than `structure`. */
const existence: Readonly<Partial<Record<ObjectKind, Facet>>> = {
  'default privileges': 'access',
  'system privileges': 'access',
  'large object': 'position',
};

/** The facet that an object's being there belongs to. */
export function existenceFacet(kind: ObjectKind): Facet {
  return existence[kind] ?? 'structure';
}

/** Whether a facet has anything to say of an object. */
export function hasFacet(object: SnapshotObject, facet: Facet): boolean {
  return existenceFacet(object.kind) === facet || Object.keys(object.facts[facet]).length > 0;
}

/** Whether an object counts where only some facets do. */
export function isSeenBy(object: SnapshotObject, chosen: readonly Facet[]): boolean {
  return facets.some((facet) => chosen.includes(facet) && hasFacet(object, facet));
}
