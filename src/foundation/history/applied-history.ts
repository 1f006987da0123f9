import type { Migration } from '../../model/migration.js';
import type { GapConduct, StateEntry } from '../project/state-table.js';

/** What a database has of a project's migrations, as its own tool wrote it down. Ids are those of the migrations. */
export interface AppliedHistory {
  /** The tool's name, for people. */
  readonly tool: string;
  /** `schema.name`, quoted where it must be; null when the database has no such table. */
  readonly table: string | null;
  /** The name that was looked for. */
  readonly wantedTable: string;
  /** In the order in which they were applied. */
  readonly applied: readonly string[];
  /** Applied, but no file has them; by the tool's own names. */
  readonly unknown: readonly string[];
  /** Applied with another text than the file has now. */
  readonly edited: readonly string[];
  /** Begun and not finished. */
  readonly failed: readonly string[];
  /** Not applied, though later ones are. */
  readonly gaps: readonly string[];
  /** What the tool does about the gaps. */
  readonly gapConduct: GapConduct;
  /** Applied, and due again because their text changed or may have. */
  readonly again: readonly string[];
}

type Reading = Pick<AppliedHistory, 'tool' | 'table' | 'wantedTable' | 'gapConduct'>;

/** Compares what the rows say with the migrations there are. The last entry of an id counts. */
export function assembleHistory(
  migrations: readonly Migration[],
  entries: readonly StateEntry[],
  reading: Reading,
): AppliedHistory {
  const last = new Map<string, StateEntry>();
  for (const entry of entries) {
    // Whoever is applied again stands where that happened.
    last.delete(entry.id);
    last.set(entry.id, entry);
  }
  const settled = [...last.values()].filter(({ state }) => state !== 'absent');
  const idsWhere = (holds: (entry: StateEntry) => boolean) => settled.filter(holds).map(({ id }) => id);
  const known = (state: StateEntry['state']) => idsWhere((entry) => entry.known && entry.state === state);
  const applied = known('applied');
  const failed = known('failed');
  return {
    ...reading,
    applied,
    failed,
    unknown: idsWhere((entry) => !entry.known),
    edited: idsWhere((entry) => entry.known && entry.edited),
    again: known('again'),
    gaps: findGaps(migrations, { applied: new Set(applied), failed: new Set(failed) }),
  };
}

function findGaps(
  migrations: readonly Migration[],
  { applied, failed }: Readonly<Record<'applied' | 'failed', ReadonlySet<string>>>,
): readonly string[] {
  // What runs whenever it changes has no place in the order.
  const ordered = migrations.filter(({ repeatable }) => !repeatable).map(({ id }) => id);
  const newest = ordered.findLastIndex((id) => applied.has(id));
  return ordered.slice(0, Math.max(newest, 0)).filter((id) => !applied.has(id) && !failed.has(id));
}
