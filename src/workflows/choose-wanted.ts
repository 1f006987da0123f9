import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Migration, Project } from '../model/migration.js';

/** What of a change is wanted now. */
export interface WantedMigrations {
  /** The last migration; null: the whole change. */
  readonly until: string | null;
  /** Just these, in the order of the files; empty: no such choice. */
  readonly only: readonly string[];
}

/**
 * The wanted part of a change; what is wanted and not in the change is applied already, and passed over.
 * @throws ChangeSafetyError `usage` for an id that no migration has.
 */
export function chooseWanted<Selected extends { readonly project: Project; readonly change: readonly Migration[] }>(
  selected: Selected,
  { until, only }: WantedMigrations,
): Selected {
  const ids = selected.project.migrations.map(({ id }) => id);
  const unknown = [...only, ...(until === null ? [] : [until])].filter((id) => !ids.includes(id));
  if (unknown.length > 0) throw noSuchMigration(unknown, ids);
  const last = until === null ? ids.length : ids.indexOf(until);
  const isWanted = (id: string) => ids.indexOf(id) <= last && (only.length === 0 || only.includes(id));
  return { ...selected, change: selected.change.filter(({ id }) => isWanted(id)) };
}

/** Ids shown of those there are. */
const shown = 5;

function noSuchMigration(unknown: readonly string[], ids: readonly string[]): ChangeSafetyError {
  const more = ids.length > shown ? `the last of ${ids.length} are ` : 'there are ';
  return new ChangeSafetyError({
    code: 'usage',
    message: `No migration has the id ${unknown.join(', ')}.`,
    remedy: ids.length === 0 ? 'There are no migrations.' : `Ids: ${more}${ids.slice(-shown).join(', ')}.`,
    effect: 'none',
  });
}
