import { type ObjectKey, objectKey, type SchemaSnapshot, type SnapshotObject } from '../../../model/schema-snapshot.js';
import { quoteIdentifier } from '../../sql/quote-identifier.js';

/** A name, a key or a definition as it is where the tenant's schema is called `public`. Pure. */
export function inPublic(text: string, schema: string): string {
  const name = quoteIdentifier(schema).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const before = '(?<![\\w$".])';
  return text
    .replace(new RegExp(`^(schema )?${name}$`), '$1public')
    .replace(new RegExp(`${before}${name}(?=\\.)`, 'gu'), 'public');
}

/**
 * The snapshot as a rehearsal without tenants has it: the tenant's schema is `public`, and hides what the real one has by
 * the same names, as it does in the search path. Pure.
 */
export function tenantAsPublic(snapshot: SchemaSnapshot, schema: string): SchemaSnapshot {
  if (schema === 'public') return snapshot;
  const own: SnapshotObject[] = [];
  const others: SnapshotObject[] = [];
  for (const object of snapshot.objects) {
    const renamed = rename(object, schema);
    // The schema itself is as the server made `public`.
    if (renamed.identity === object.identity) others.push(renamed);
    else if (object.kind !== 'schema') own.push(renamed);
  }
  const hidden = new Set(own.map(keyOf));
  const seen = others.filter((object) => {
    const isHidden = hidden.has(keyOf(object)) || (object.parent !== null && hidden.has(object.parent));
    if (isHidden) hidden.add(keyOf(object));
    return !isHidden;
  });
  return { ...snapshot, objects: [...own, ...seen].toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)) };
}

function keyOf({ kind, identity }: SnapshotObject): ObjectKey {
  return objectKey(kind, identity);
}

function rename(object: SnapshotObject, schema: string): SnapshotObject {
  return renameIn(object, schema) as SnapshotObject;
}

function renameIn(value: unknown, schema: string): unknown {
  if (typeof value === 'string') return inPublic(value, schema);
  if (Array.isArray(value)) return value.map((item: unknown) => renameIn(item, schema));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renameIn(inner, schema)]));
}
