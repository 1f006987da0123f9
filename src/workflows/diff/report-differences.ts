import type { ReportedDifference } from '../../model/diff-report.js';
import {
  type Facet,
  facets,
  objectKey,
  type ObjectDifference,
  type SchemaDiff,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../model/schema-snapshot.js';

/** The differences with what a reader wants to know: of objects that only one side has, what they are. */
export function reportDifferences(
  diff: SchemaDiff,
  { before, after }: { readonly before: SchemaSnapshot; readonly after: SchemaSnapshot },
  compared: readonly Facet[],
): readonly ReportedDifference[] {
  const [old, young] = [byKey(before), byKey(after)];
  return diff.map((difference) => {
    const key = objectKey(difference.kind, difference.identity);
    const object = young.get(key) ?? old.get(key);
    return {
      change: difference.change,
      kind: difference.kind,
      identity: difference.identity,
      parent: object?.parent ?? null,
      facts: factsOf(difference, object, compared),
    };
  });
}

function byKey({ objects }: SchemaSnapshot): ReadonlyMap<string, SnapshotObject> {
  return new Map(objects.map((object) => [objectKey(object.kind, object.identity), object]));
}

function factsOf(
  difference: ObjectDifference,
  object: SnapshotObject | undefined,
  compared: readonly Facet[],
): ReportedDifference['facts'] {
  if (difference.change === 'changed') return difference.facts;
  const side = difference.change === 'added' ? 'after' : 'before';
  return facets
    .filter((facet) => compared.includes(facet))
    .flatMap((facet) =>
      Object.entries(object?.facts[facet] ?? {}).map(([fact, value]) => ({
        facet,
        fact,
        before: undefined,
        after: undefined,
        [side]: value,
      })),
    );
}
