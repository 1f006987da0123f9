import type { StoredRecord } from '../../../foundation/records/record.js';

/** Each record after those that it names; where that leaves a choice, by name, which begins with the time. */
export function inChainOrder(records: readonly StoredRecord[]): readonly StoredRecord[] {
  const waiting = [...records].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const present = new Set(records.map(({ digest }) => digest));
  const placed = new Set<string>();
  const ordered: StoredRecord[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ record }) =>
      (record?.predecessors ?? []).every((one) => placed.has(one) || !present.has(one)),
    );
    // A circle cannot be made with digests; records that claim one are taken as they come.
    const [next] = waiting.splice(Math.max(0, at), 1) as [StoredRecord];
    placed.add(next.digest);
    ordered.push(next);
  }
  return ordered;
}
