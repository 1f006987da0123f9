import type { BackupEntry } from '../../model/backup.js';

export interface PruneChoice {
  /** Only backups whose prefix is this one; null for all. */
  readonly prefix: string | null;
  /** As many of the newest of each database stay, whatever their age; null where their number says nothing. */
  readonly keep: number | null;
  /** Only those older than this go; null where age says nothing. */
  readonly olderThanMs: number | null;
}

/**
 * What goes, oldest first. Never the newest verified backup of a database; and while nothing of a database is verified,
 * not the newest that holds its rows.
 */
export function choosePruned<Entry extends BackupEntry>(
  entries: readonly Entry[],
  choice: PruneChoice,
  now: Date,
): readonly Entry[] {
  const newestFirst = entries.toSorted((left, right) => (left.createdAt > right.createdAt ? -1 : 1));
  const databases = groupByDatabase(newestFirst);
  const pruned = [...databases.values()].flatMap((ofDatabase) => {
    const last =
      ofDatabase.find(({ verifiedAt }) => verifiedAt !== null) ?? ofDatabase.find((entry) => !entry.schemaOnly);
    const inQuestion = ofDatabase.filter(({ prefix }) => choice.prefix === null || prefix === choice.prefix);
    return inQuestion.filter((entry, place) => {
      const isSpare = choice.keep === null || place >= choice.keep;
      const ageMs = now.getTime() - Date.parse(entry.createdAt);
      return entry !== last && isSpare && (choice.olderThanMs === null || ageMs > choice.olderThanMs);
    });
  });
  return pruned.toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : 1));
}

function groupByDatabase<Entry extends BackupEntry>(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.server, entry.database]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}
