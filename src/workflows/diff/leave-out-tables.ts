import { type ObjectKey, objectKey, type SchemaSnapshot, type SnapshotObject } from '../../model/schema-snapshot.js';

/** A snapshot without some tables: their parts, their sequences, and a schema that holds nothing else. */
export function leaveOutTables(snapshot: SchemaSnapshot, tables: readonly string[]): SchemaSnapshot {
  if (tables.length === 0) return snapshot;
  const left = new Set<ObjectKey>(tables.map((table) => objectKey('table', table)));
  const sequences = snapshot.objects.filter(({ kind, facts }) => {
    const holder = facts.structure['ownedBy'] ?? facts.structure['identityOf'];
    return kind === 'sequence' && typeof holder === 'string' && tables.some((table) => holder.startsWith(`${table}.`));
  });
  for (const sequence of sequences) left.add(keyOf(sequence));
  // A part comes after what it is a part of only where the keys say so: look until nothing more is found.
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const object of snapshot.objects)
      if (object.parent !== null && left.has(object.parent)) left.add(keyOf(object));
  }
  const kept = snapshot.objects.filter((object) => !left.has(keyOf(object)));
  const emptied = new Set(
    tables.map((table) => objectKey('schema', table.replace(/\.(?:"(?:[^"]|"")*"|[^."]+)$/, ''))),
  );
  const used = new Set(kept.flatMap(({ dependsOn }) => dependsOn));
  const objects = kept.filter(
    (object) => object.identity === 'public' || !emptied.has(keyOf(object)) || used.has(keyOf(object)),
  );
  return { ...snapshot, objects };
}

function keyOf({ kind, identity }: SnapshotObject): ObjectKey {
  return objectKey(kind, identity);
}
