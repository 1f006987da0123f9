import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SelectedMigrations } from '../select-migrations.js';
import type { WantedMigrations } from './change-request.js';

/**
 * What of the unapplied migrations is wanted now; what is applied already is passed over.
 * @throws ChangeSafetyError `usage` for an id that no migration has.
 */
export function chooseWanted(selected: SelectedMigrations, { until, only }: WantedMigrations): SelectedMigrations {
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
