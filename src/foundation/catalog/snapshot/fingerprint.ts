import { type Facet, facets, type SchemaFingerprint, type SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { canonicalJson } from '../../records/canonical-json.js';
import { digest } from '../../records/digest.js';
import { existenceFacet, hasFacet } from './facet-view.js';

/**
 * SHA-256 (hex) of each facet of a snapshot. Equal in two databases of one major exactly when `diffSnapshots` finds no
 * difference in that facet. What an object depends on is not part of it: that follows from the definitions.
 */
export function fingerprintOf(snapshot: SchemaSnapshot): SchemaFingerprint {
  const digests = facets.map((facet) => [facet, digestOf(snapshot, facet)] as const);
  return { major: snapshot.major, facets: Object.fromEntries(digests) as Readonly<Record<Facet, string>> };
}

function digestOf({ major, objects }: SchemaSnapshot, facet: Facet): string {
  const seen = objects
    .filter((object) => hasFacet(object, facet))
    .map(({ kind, identity, parent, facts }) => {
      const place = existenceFacet(kind) === facet ? { parent } : {};
      return { kind, identity, ...place, facts: facts[facet] };
    });
  return digest('schema', canonicalJson({ major, facet, objects: seen }));
}
