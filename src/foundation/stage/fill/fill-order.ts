import type { FillForeignKey, FillTable } from './fillable-table.js';

export interface FillOrder {
  /** Parents before their children, but for the deferred keys. */
  readonly tables: readonly FillTable[];
  /** Keys that point to the table itself or close a cycle: given their values when all rows are there. */
  readonly deferred: ReadonlySet<FillForeignKey>;
}

/** Orders the tables by their foreign keys; where a cycle must be broken, at a key that may be NULL if there is one. */
export function orderTables(tables: readonly FillTable[]): FillOrder {
  const deferred = new Set<FillForeignKey>();
  const placed = new Set<string>();
  const ordered: FillTable[] = [];
  const known = new Set(tables.map((table) => table.id));
  let waiting = [...tables];
  const waitsFor = (table: FillTable) =>
    table.foreignKeys.filter((key) => !deferred.has(key) && !placed.has(key.parentId) && known.has(key.parentId));
  for (const table of tables) {
    for (const key of table.foreignKeys) if (key.parentId === table.id) deferred.add(key);
  }
  while (waiting.length > 0) {
    const ready = waiting.filter((table) => waitsFor(table).length === 0);
    for (const table of ready) {
      placed.add(table.id);
      ordered.push(table);
    }
    waiting = waiting.filter((table) => !placed.has(table.id));
    if (ready.length === 0) breakCycle(waiting, waitsFor, deferred);
  }
  return { tables: ordered, deferred };
}

/** Defers what one table of a cycle waits for: the one with the fewest keys that must not be NULL. */
function breakCycle(
  waiting: readonly FillTable[],
  waitsFor: (table: FillTable) => readonly FillForeignKey[],
  deferred: Set<FillForeignKey>,
): void {
  const cycle = waiting.filter((table) => isOnCycle(table, waiting, waitsFor));
  const strictKeys = (table: FillTable) => waitsFor(table).filter((key) => !mayBeNull(table, key)).length;
  const chosen = cycle.toSorted((a, b) => strictKeys(a) - strictKeys(b))[0] as FillTable;
  for (const key of waitsFor(chosen)) deferred.add(key);
}

function isOnCycle(
  table: FillTable,
  waiting: readonly FillTable[],
  waitsFor: (table: FillTable) => readonly FillForeignKey[],
): boolean {
  const seen = new Set<string>();
  const next = waitsFor(table).map((key) => key.parentId);
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (id === table.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    const parent = waiting.find((candidate) => candidate.id === id);
    if (parent !== undefined) next.push(...waitsFor(parent).map((key) => key.parentId));
  }
  return false;
}

/** Whether the key can stay empty: one NULL column is enough, for MATCH FULL all of them would be needed. */
export function mayBeNull(table: FillTable, key: FillForeignKey): boolean {
  return key.columns.every((name) => table.columns.find((column) => column.name === name)?.notNull === false);
}
